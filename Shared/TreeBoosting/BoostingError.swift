/// Why trees cannot be fitted.
public enum BoostingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The library is not there, or is another one.
    case library(String)
    /// An option or the rows are not what a fit takes.
    case invalid(String, expected: String)
    /// The library refused a step.
    case failed(String)

    public var description: String {
        switch self {
        case .library(let reason): "the library for boosted trees cannot be used: \(reason)"
        case .invalid(let part, let expected): "\(part) must be \(expected)"
        case .failed(let reason): "the trees cannot be grown: \(reason)"
        }
    }
}
