/// How a classifier is fitted by Adam to blocks of rows.
public struct MiniBatchOptions: Sendable, Equatable, Codable {
    /// The penalty is l2 / 2 times the squared weights (biases are free), beside the mean loss of the rows.
    public var l2 = 1e-4
    public var learningRate = 1e-3
    /// Rows a step; a batch does not reach over the end of its block.
    public var batchSize = 64
    /// Passes over all blocks, at most.
    public var epochs = 30
    /// Ends after so many epochs in which the validation loss has not fallen below its best; not used without validation rows.
    public var patience = 5
    /// Whether features are brought to mean 0 and deviation 1 of the training blocks.
    public var standardizes = true
    public var seed: UInt64 = 0

    public init(
        l2: Double = 1e-4, learningRate: Double = 1e-3, batchSize: Int = 64, epochs: Int = 30, patience: Int = 5, seed: UInt64 = 0
    ) {
        self.l2 = l2
        self.learningRate = learningRate
        self.batchSize = batchSize
        self.epochs = epochs
        self.patience = patience
        self.seed = seed
    }

    func check(hidden: [Int]) throws(TrainingError) {
        try MultilayerPerceptron.Options(
            hidden: hidden, l2: l2, learningRate: learningRate, batchSize: batchSize, epochs: epochs
        ).check()
        guard patience > 0 else { throw .invalid(option: "patience", expected: "above 0") }
    }
}
