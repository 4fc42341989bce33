extension MultilayerPerceptron {
    /// Fits by Adam to blocks of rows that need not fit in memory together; the same seed, thread count and kernel give the same bytes.
    ///
    /// `hidden` has the units of each hidden layer. Every epoch takes the blocks, and the rows of each, in another order that follows from
    /// the seed. With `validation`, the weights of the epoch with the least loss there are kept. One block is held at a time. `progress` is
    /// called after each epoch and may throw to stop; a cancelled task ends with CancellationError; rows that cannot be learned from give
    /// TrainingError.
    public static func fit(
        blocks: RowBlocks, classes: Int, hidden: [Int] = [64], validation: RowBlocks? = nil,
        options: MiniBatchOptions = MiniBatchOptions(), progress: TrainingProgress.Handler = { _ in }
    ) throws -> StreamedFit<MultilayerPerceptron> {
        try options.check(hidden: hidden)
        let fit = try MiniBatchFit(blocks, validation: validation, classes: classes, options: options)
        var generator = InitializationGenerator(seed: options.seed)
        let start = Network(sizes: [fit.columns] + hidden + [classes], generator: &generator)
        let fitted = try fit.run(from: start, progress: progress)
        return fitted.map { network in
            MultilayerPerceptron(
                standardization: fit.standardization, layers: network.layers, loss: fitted.curve[fitted.bestEpoch - 1].loss)
        }
    }
}
