extension SoftmaxRegression {
    /// Fits by Adam from zero weights to blocks of rows that need not fit in memory together; the same seed, thread count and kernel give
    /// the same bytes.
    ///
    /// Every epoch takes the blocks, and the rows of each, in another order that follows from the seed. With `validation`, the weights of
    /// the epoch with the least loss there are kept. One block is held at a time. `progress` is called after each epoch and may throw to
    /// stop; a cancelled task ends with CancellationError; rows that cannot be learned from give TrainingError. The model's `iterations`
    /// are epochs, and it counts as converged where patience ended the fit.
    public static func fit(
        blocks: RowBlocks, classes: Int, validation: RowBlocks? = nil, options: MiniBatchOptions = MiniBatchOptions(),
        progress: TrainingProgress.Handler = { _ in }
    ) throws -> StreamedFit<SoftmaxRegression> {
        try options.check(hidden: [])
        let fit = try MiniBatchFit(blocks, validation: validation, classes: classes, options: options)
        let zero = DenseLayer(weights: Matrix(rows: fit.columns, columns: classes), bias: Array(repeating: 0, count: classes))
        let fitted = try fit.run(from: Network(layers: [zero]), progress: progress)
        return fitted.map { network in
            SoftmaxRegression(
                standardization: fit.standardization, layer: network.layers[0], loss: fitted.curve[fitted.bestEpoch - 1].loss,
                iterations: fitted.curve.count, isConverged: fitted.isStoppedEarly)
        }
    }
}
