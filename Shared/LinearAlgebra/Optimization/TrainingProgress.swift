/// How far a fit has come.
public struct TrainingProgress: Sendable, Equatable {
    /// 1 after the first step (L-BFGS), epoch (Adam), pass or alternation.
    public let iteration: Int
    /// The objective, its penalty included; the inertia of k-means.
    public let loss: Double
    /// The largest absolute component of the gradient, where the method computes it for all rows.
    public let gradientNorm: Double?
    /// The mean loss on the validation rows, without penalty, where the fit has such rows.
    public var validationLoss: Double?

    public init(iteration: Int, loss: Double, gradientNorm: Double?, validationLoss: Double? = nil) {
        self.iteration = iteration
        self.loss = loss
        self.gradientNorm = gradientNorm
        self.validationLoss = validationLoss
    }

    /// Called after each iteration; a thrown error ends the fit and is passed on.
    public typealias Handler = (TrainingProgress) throws -> Void
}
