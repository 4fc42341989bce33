/// Why a model cannot be fitted to what was given.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case lengths(expected: Int, found: Int, of: String)
    case labelOutOfRange(row: Int, value: Int, classes: Int)
    case notFinite(row: Int)
    case invalid(option: String, expected: String)
    /// The loss left the finite numbers: the learning rate is too high, or the features are not scaled.
    case diverged(iteration: Int)

    public var description: String {
        switch self {
        case .empty: "there are no rows or no features"
        case .lengths(let expected, let found, let part): "\(part) has \(found) values where \(expected) were expected"
        case .labelOutOfRange(let row, let value, let classes): "row \(row) has label \(value), which is outside 0 ..< \(classes)"
        case .notFinite(let row): "row \(row) has a number that is not finite"
        case .invalid(let option, let expected): "\(option) must be \(expected)"
        case .diverged(let iteration): "the loss is not finite after iteration \(iteration): lower the learning rate or scale the features"
        }
    }
}
