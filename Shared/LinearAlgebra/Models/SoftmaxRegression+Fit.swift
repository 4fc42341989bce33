extension SoftmaxRegression {
    /// Fits by L-BFGS from zero weights: the objective is convex, so no seed is needed and the answer is the same each time.
    ///
    /// `weights` counts each row so many times; `progress` may throw to stop; a cancelled task ends with CancellationError.
    public static func fit(
        features: Matrix<Double>, labels: [Int], classes: Int, weights: [Double]? = nil, options: Options = Options(),
        progress: TrainingProgress.Handler = { _ in }
    ) throws -> SoftmaxRegression {
        guard options.l2 >= 0, options.l2.isFinite else { throw TrainingError.invalid(option: "l2", expected: "at least 0") }
        let rows = try ClassificationRows(
            features: features, labels: labels, classes: classes, weights: weights, standardizes: options.standardizes)
        var objective = SoftmaxObjective(rows: rows, l2: options.l2)
        let method = LBFGS(maximumIterations: options.maximumIterations, gradientTolerance: options.gradientTolerance)
        let start = [Double](repeating: 0, count: objective.parameterCount)
        let minimum = try method.minimize(from: start, progress: progress) { objective.evaluate($0, gradient: &$1) }
        return SoftmaxRegression(
            standardization: rows.standardization, layer: objective.layer(minimum.point), loss: minimum.value,
            iterations: minimum.iterations, isConverged: minimum.isConverged)
    }
}
