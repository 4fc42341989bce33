/// One comparison of a filter.
public struct SearchComparison: Sendable, Hashable {
    public let field: SearchField
    public let comparator: Comparator
    public let operand: Operand

    /// A comparison as the grammar allows it; nothing is checked here.
    public init(_ field: SearchField, _ comparator: Comparator, _ operand: Operand) {
        self.field = field
        self.comparator = comparator
        self.operand = operand
    }
}

extension SearchComparison: CustomStringConvertible {
    /// The comparison as a filter writes it.
    public var description: String {
        switch operand {
        case .value(let value): "\(field) \(comparator.rawValue) \(value)"
        case .list(let values): "\(field) \(comparator.rawValue) (\(values.map { quoted($0, with: "'") }.joined(separator: ", ")))"
        case .nothing: "\(field) \(comparator.rawValue)"
        }
    }
}
