extension MultilayerPerceptron {
    /// Fits by Adam on shuffled batches; the same seed, thread count and kernel give the same bytes.
    ///
    /// `weights` counts each row so many times; `progress` is called after each epoch and may throw to stop; a cancelled task
    /// ends with CancellationError.
    public static func fit(
        features: Matrix<Double>, labels: [Int], classes: Int, weights: [Double]? = nil, options: Options = Options(),
        progress: TrainingProgress.Handler = { _ in }
    ) throws -> MultilayerPerceptron {
        try options.check()
        let rows = try ClassificationRows(
            features: features, labels: labels, classes: classes, weights: weights, standardizes: options.standardizes)
        var generator = InitializationGenerator(seed: options.seed)
        var network = Network(sizes: [features.columns] + options.hidden + [classes], generator: &generator)
        var adam = Adam(learningRate: options.learningRate, shapes: network.layers)
        var loss = 0.0
        for epoch in 1...options.epochs {
            let order = generator.order(rows.labels.count)
            loss = 0
            for start in stride(from: 0, to: order.count, by: options.batchSize) {
                try Task.checkCancellation()
                let picked = Array(order[start..<min(start + options.batchSize, order.count)])
                let share = Double(picked.count) / Double(order.count)
                // A row's weight among all rows, 1 on the average: the batch takes its own mean, so that a short last batch counts no more.
                let batchWeights = picked.map { rows.shares[$0] * Double(order.count) }
                let step = network.lossAndGradients(
                    rows.features.picking(picked), labels: picked.map { rows.labels[$0] }, weights: batchWeights, l2: options.l2)
                loss += step.loss * share
                adam.update(&network.layers, gradients: step.gradients)
            }
            guard loss.isFinite else { throw TrainingError.diverged(iteration: epoch) }
            try progress(TrainingProgress(iteration: epoch, loss: loss, gradientNorm: nil))
        }
        return MultilayerPerceptron(standardization: rows.standardization, layers: network.layers, loss: loss)
    }
}
