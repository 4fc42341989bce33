/// How far a fit has come.
public struct TrainingProgress: Sendable, Equatable {
    /// 1 after the first step (L-BFGS) or epoch (Adam).
    public let iteration: Int
    /// The objective, its penalty included.
    public let loss: Double
    /// The largest absolute component of the gradient, where the method computes it for all rows.
    public let gradientNorm: Double?

    /// Called after each iteration; a thrown error ends the fit and is passed on.
    public typealias Handler = (TrainingProgress) throws -> Void
}
