/// Users and items as vectors of factors whose products are the scores: matrix factorisation by alternating least squares.
public struct MatrixFactorization: Sendable, Equatable, Codable {
    /// What an interaction's value means.
    public enum Feedback: String, Sendable, Codable {
        /// A count r at least 0: preference 1 with confidence 1 + alpha r, and preference 0 with confidence 1 for every other pair
        /// (Hu, Koren & Volinsky 2008, equations 2 to 5).
        case implicit
        /// A rating, and nothing is known of other pairs (Zhou et al. 2008, with an unweighted penalty). Take off the mean first.
        case explicit
    }

    /// How it is fitted.
    public struct Options: Sendable, Equatable, Codable {
        public var feedback = Feedback.implicit
        public var factors = 64
        /// The confidence of an implicit interaction is 1 + alpha times its value.
        public var alpha = 40.0
        /// The penalty is this times the squared factors of all users and items.
        public var regularization = 0.01
        /// Alternations: one solves all users, then all items.
        public var iterations = 15
        public var seed: UInt64 = 0

        public init(
            feedback: Feedback = .implicit, factors: Int = 64, alpha: Double = 40, regularization: Double = 0.01, iterations: Int = 15,
            seed: UInt64 = 0
        ) {
            self.feedback = feedback
            self.factors = factors
            self.alpha = alpha
            self.regularization = regularization
            self.iterations = iterations
            self.seed = seed
        }

        func check() throws(TrainingError) {
            guard factors > 0 else { throw .invalid(option: "factors", expected: "above 0") }
            guard alpha > 0, alpha.isFinite else { throw .invalid(option: "alpha", expected: "above 0") }
            guard regularization > 0, regularization.isFinite else { throw .invalid(option: "regularization", expected: "above 0") }
            guard iterations > 0 else { throw .invalid(option: "iterations", expected: "above 0") }
        }
    }

    public let options: Options
    /// Users x factors; zeros for a user without interactions.
    public let userFactors: Matrix<Double>
    /// Items x factors; zeros for an item without interactions.
    public let itemFactors: Matrix<Double>
    /// The objective at the end, its penalty included.
    public let loss: Double

    /// The score of one pair: about 1 for what the user prefers (implicit), or the rating (explicit).
    public func score(user: Int, item: Int) -> Double {
        Vector.dot(Array(userFactors.row(user)), Array(itemFactors.row(item)))
    }
}
