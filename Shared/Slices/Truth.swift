/// A truth value of three-valued logic (Kleene): unknown where a field has no comparable value.
public enum Truth: Sendable, Hashable {
    case `true`
    case `false`
    case unknown

    public init(_ value: Bool) { self = value ? .true : .false }

    /// False when either is, else unknown when either is.
    public static func && (left: Truth, right: Truth) -> Truth {
        if left == .false || right == .false { return .false }
        return left == .true && right == .true ? .true : .unknown
    }

    /// True when either is, else unknown when either is.
    public static func || (left: Truth, right: Truth) -> Truth {
        if left == .true || right == .true { return .true }
        return left == .false && right == .false ? .false : .unknown
    }

    public static prefix func ! (value: Truth) -> Truth {
        switch value {
        case .true: .false
        case .false: .true
        case .unknown: .unknown
        }
    }
}
