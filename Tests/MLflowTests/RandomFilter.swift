import Statistics

@testable import MLflow

/// Filters that the grammar allows, with awkward keys and texts.
struct RandomFilter {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func filter() -> SearchFilter {
        let kind = pick(SearchKind.allCases)
        return SearchFilter(kind: kind, comparisons: (0..<below(5)).map { _ in comparison(.of(kind)) })
    }

    mutating func comparison(_ vocabulary: SearchVocabulary) -> SearchComparison {
        let field = field(vocabulary)
        let comparator = pick(vocabulary.comparators(of: field))
        return SearchComparison(field, comparator, operand(vocabulary.isNumeric(field), comparator))
    }

    private mutating func field(_ vocabulary: SearchVocabulary) -> SearchField {
        let entity = pick(SearchEntity.allCases.filter(Set(vocabulary.entities.values).contains))
        switch entity {
        case .attribute: return SearchField(entity, pick(vocabulary.textAttributes + vocabulary.numericAttributes))
        case .dataset: return SearchField(entity, pick(SearchVocabulary.datasetKeys))
        case .metric, .parameter, .tag: return SearchField(entity, text(atLeast: 1))
        }
    }

    private mutating func operand(_ isNumeric: Bool, _ comparator: Comparator) -> Operand {
        switch comparator {
        case .isNull, .isNotNull: .nothing
        case .isIn, .isNotIn: .list((0...below(3)).map { _ in text(atLeast: 0) })
        default: .value(isNumeric ? number() : .text(text(atLeast: 0)))
        }
    }

    private mutating func number() -> SearchValue {
        if below(2) == 0 { return .integer(Int64(bitPattern: generator.next()) >> Int64(below(63))) }
        let value = Double(bitPattern: generator.next())
        return .number(value.isFinite ? value : 0.5)
    }

    /// A text of pieces that could be mistaken for grammar.
    mutating func text(atLeast count: Int) -> String {
        (0..<(count + below(4))).map { _ in pick(Self.pieces) }.joined()
    }

    mutating func below(_ bound: Int) -> Int {
        Int(generator.next() % UInt64(bound))
    }

    mutating func pick<T>(_ choices: [T]) -> T {
        choices[below(choices.count)]
    }

    static let pieces = [
        "a", "B", "loss", "val/", ".", " ", "'", "\"", "`", "\\", "%", "_", "AND", " AND ", "OR", "IN", "IS NULL", "(", ")", ",", "=", "!=",
        "<", "-", "--", "1", "1e5", "ü", "e\u{301}", "é", "\u{a0}", "日本", "🦉", "\n", "\t", "\0", ";", "tags.", "LIKE", "NOT",
    ]
}
