/// A predicate over one row, as `label = 8 AND context.source IN ('a', 'b')`.
///
/// The rules that both back ends follow, the closure and the SQL:
/// - a field that is not there (yet), and a null, make a comparison unknown; IS NULL is unknown for a field that is not there, true for a null;
/// - a comparison across types (a text with a number), with an array, an object or a NaN is unknown;
/// - two whole numbers compare exactly, other numbers as doubles; texts compare by their UTF-8 bytes; FALSE comes before TRUE;
/// - IN is an OR of equalities, BETWEEN includes both ends.
public indirect enum SlicePredicate: Sendable, Hashable {
    case compare(SliceField, SliceComparison, SliceLiteral)
    case `in`(SliceField, [SliceLiteral], negated: Bool)
    case between(SliceField, SliceLiteral, SliceLiteral, negated: Bool)
    case isNull(SliceField, negated: Bool)
    case and([SlicePredicate])
    case or([SlicePredicate])
    case not(SlicePredicate)

    /// Longest text of a predicate, in UTF-8 bytes.
    public static let longestText = 4_096
    /// Deepest nesting of parentheses and NOT.
    public static let deepestNesting = 32

    /// Reads the grammar.
    public init(_ text: String) throws(SliceParseError) {
        var parser = try SliceParser(text)
        self = try parser.predicate()
    }

    /// Every field it reads, in the order of the text, each once.
    public var fields: [SliceField] {
        var seen: Set<SliceField> = []
        var found: [SliceField] = []
        visitFields { if seen.insert($0).inserted { found.append($0) } }
        return found
    }

    private func visitFields(_ visit: (SliceField) -> Void) {
        switch self {
        case .compare(let field, _, _), .in(let field, _, _), .between(let field, _, _, _), .isNull(let field, _): visit(field)
        case .and(let parts), .or(let parts): for part in parts { part.visitFields(visit) }
        case .not(let part): part.visitFields(visit)
        }
    }
}
