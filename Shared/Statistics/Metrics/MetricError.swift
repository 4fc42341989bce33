/// Why a metric cannot be computed from what was given.
public enum MetricError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknown(name: String, known: [String])
    case empty
    case lengths(expected: Int, found: Int, of: String)
    case classOutOfRange(row: Int, value: Int, classes: Int)
    case invalidProbabilities(row: Int)
    case notFinite(row: Int)
    /// The metric needs a part of the rows that is not there.
    case needs(String, metric: String)
    /// The metric is not defined on rows like these.
    case undefined(metric: String, reason: String)
    /// Two models were not scored on the same rows.
    case differentRows

    public var description: String {
        switch self {
        case .unknown(let name, let known): "there is no metric '\(name)'; known are \(known.joined(separator: ", "))"
        case .empty: "there are no rows"
        case .lengths(let expected, let found, let part): "\(part) has \(found) values where \(expected) were expected"
        case .classOutOfRange(let row, let value, let classes): "row \(row) has class \(value), which is outside 0 ..< \(classes)"
        case .invalidProbabilities(let row): "row \(row) has probabilities outside [0, 1] or with a sum that is not 1"
        case .notFinite(let row): "row \(row) has a number that is not finite"
        case .needs(let part, let metric): "metric '\(metric)' needs \(part)"
        case .undefined(let metric, let reason): "metric '\(metric)' is not defined: \(reason)"
        case .differentRows: "the two models were not scored on the same labels"
        }
    }
}
