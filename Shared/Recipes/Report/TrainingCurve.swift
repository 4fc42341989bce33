import LinearAlgebra

/// The loss after each step of a fit.
public struct TrainingCurve: Sendable, Hashable, Codable {
    public struct Point: Sendable, Hashable, Codable {
        public let step: Int
        public let loss: Double
        /// Where the method looks at validation rows.
        public let validationLoss: Double?
        /// The largest component of the gradient, where the method has it.
        public let gradientNorm: Double?
    }

    public let points: [Point]

    public init(_ steps: [TrainingProgress]) {
        points = steps.map {
            Point(step: $0.iteration, loss: $0.loss, validationLoss: $0.validationLoss, gradientNorm: $0.gradientNorm)
        }
    }
}
