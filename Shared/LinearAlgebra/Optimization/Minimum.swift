/// Where a minimisation ended, and why.
public struct Minimum: Sendable, Equatable {
    public let point: [Double]
    public let value: Double
    /// The largest absolute component of the gradient.
    public let gradientNorm: Double
    public let iterations: Int
    public let evaluations: Int
    public let reason: Reason

    public enum Reason: String, Sendable, Codable {
        /// The gradient's largest component fell to the tolerance.
        case gradient
        /// The objective stopped falling in double precision.
        case stalled
        case iterations
    }

    public var isConverged: Bool { reason != .iterations }
}
