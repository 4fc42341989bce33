/// How a first value stands to a second one.
enum Ordering: Sendable {
    case before
    case same
    case after

    init<T: Comparable>(_ left: T, _ right: T) {
        self = left < right ? .before : left == right ? .same : .after
    }

    /// Nil when one of the numbers is NaN.
    init?(comparing left: Double, _ right: Double) {
        guard !left.isNaN, !right.isNaN else { return nil }
        self.init(left, right)
    }

    /// By UTF-8 bytes: two spellings of one letter are two texts, unlike in `String`'s own comparison.
    init(bytesOf left: String, _ right: String) {
        self = left.utf8.lexicographicallyPrecedes(right.utf8) ? .before : left.utf8.elementsEqual(right.utf8) ? .same : .after
    }

    var reversed: Ordering {
        switch self {
        case .before: .after
        case .same: .same
        case .after: .before
        }
    }
}
