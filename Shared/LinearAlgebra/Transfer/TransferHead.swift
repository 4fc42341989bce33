/// A softmax head on the embeddings of a frozen model, for few labels: its penalty is chosen by cross-validation.
public struct TransferHead: Sendable, Equatable, Codable {
    /// How it is fitted.
    public struct Options: Sendable, Equatable, Codable {
        /// The penalties to choose from; each is l2 of `SoftmaxRegression.Options`.
        public var penalties = [3, 1, 0.3, 0.1, 0.03, 0.01, 0.003]
        /// Parts of the rows that are held out in turn, at most as many as rows.
        public var folds = 5
        /// Whether embeddings are brought to mean 0 and deviation 1 of the rows fitted to.
        public var standardizes = true
        public var seed: UInt64 = 0

        public init(
            penalties: [Double] = [3, 1, 0.3, 0.1, 0.03, 0.01, 0.003], folds: Int = 5, standardizes: Bool = true, seed: UInt64 = 0
        ) {
            self.penalties = penalties
            self.folds = folds
            self.standardizes = standardizes
            self.seed = seed
        }

        func check(labels: [Int]) throws(TrainingError) {
            guard !penalties.isEmpty, penalties.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw .invalid(option: "penalties", expected: "one or more numbers above 0")
            }
            guard folds > 1 else { throw .invalid(option: "folds", expected: "at least 2") }
            guard Set(labels).count > 1 else { throw .invalid(option: "labels", expected: "of at least 2 classes") }
        }
    }

    /// A penalty with its loss on the rows held out.
    public struct Candidate: Sendable, Equatable, Codable {
        public let l2: Double
        /// The mean of -ln p(label) over all rows, each held out once.
        public let meanLoss: Double
        /// The standard deviation of the rows' losses over the square root of their number.
        public let standardError: Double
    }

    /// Fitted to all rows with `l2`.
    public let model: SoftmaxRegression
    /// The penalty with the least loss, the greatest of equals.
    public let l2: Double
    /// From the greatest penalty down.
    public let candidates: [Candidate]
}
