/// A comparison's operator, as a filter writes it.
public enum Comparator: String, CaseIterable, Sendable {
    case equal = "="
    case notEqual = "!="
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    case like = "LIKE"
    case caseInsensitiveLike = "ILIKE"
    case isIn = "IN"
    case isNotIn = "NOT IN"
    case isNull = "IS NULL"
    case isNotNull = "IS NOT NULL"

    static let numeric: [Comparator] = [.equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual]
    static let textual: [Comparator] = [.equal, .notEqual, .like, .caseInsensitiveLike]
    static let lists: [Comparator] = [.isIn, .isNotIn]
    static let nullTests: [Comparator] = [.isNull, .isNotNull]

    /// What a symbol's comparator says of an order.
    func holds(_ order: Ordering) -> Bool {
        switch self {
        case .equal: order == .same
        case .notEqual: order != .same
        case .greater: order == .after
        case .greaterOrEqual: order != .before
        case .less: order == .before
        case .lessOrEqual: order != .after
        default: false
        }
    }
}
