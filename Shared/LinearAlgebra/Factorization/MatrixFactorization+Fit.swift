import Statistics

extension MatrixFactorization {
    /// Fits by alternating least squares; the same seed on one thread gives the same bytes.
    ///
    /// Starts from `initialItems` (items x factors), or from normal numbers with deviation 0.1 drawn with the seed. `progress` is told the
    /// objective after each alternation and may throw to stop; a cancelled task ends with CancellationError. Interactions and factors are
    /// held in memory. Throws TrainingError for negative values of implicit feedback.
    public static func fit(
        _ interactions: Interactions, options: Options = Options(), initialItems: Matrix<Double>? = nil,
        progress: TrainingProgress.Handler = { _ in }
    ) throws -> MatrixFactorization {
        try options.check()
        guard options.feedback == .explicit || interactions.smallest >= 0 else {
            throw TrainingError.invalid(option: "values", expected: "at least 0 for implicit feedback")
        }
        var items = initialItems ?? start(items: interactions.items, options: options)
        guard items.rows == interactions.items else {
            throw TrainingError.lengths(expected: interactions.items, found: items.rows, of: "initialItems")
        }
        guard items.columns == options.factors else {
            throw TrainingError.lengths(expected: options.factors, found: items.columns, of: "a row of initialItems")
        }
        let transposed = interactions.transposed
        var users = Matrix<Double>(rows: interactions.users, columns: options.factors)
        var loss = Double.infinity
        for iteration in 1...options.iterations {
            users = try FactorUpdate(other: items, options: options).solve(interactions)
            items = try FactorUpdate(other: users, options: options).solve(transposed)
            loss = FactorizationObjective.value(interactions, users: users, items: items, options: options)
            guard loss.isFinite else { throw TrainingError.diverged(iteration: iteration) }
            try progress(TrainingProgress(iteration: iteration, loss: loss, gradientNorm: nil))
        }
        return MatrixFactorization(options: options, userFactors: users, itemFactors: items, loss: loss)
    }

    private static func start(items: Int, options: Options) -> Matrix<Double> {
        var generator = SeededGenerator(seed: options.seed)
        let elements = (0..<items * options.factors).map { _ in 0.1 * generator.normal() }
        return Matrix(rows: items, columns: options.factors, elements: elements)
    }
}
