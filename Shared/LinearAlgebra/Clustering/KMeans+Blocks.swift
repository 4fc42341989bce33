import Statistics

extension KMeans {
    /// Fits to blocks of rows that need not fit in memory together: k-means++ on the first block in the seed's order, then passes over all
    /// blocks, each in another seeded order, until the centres' movement in a pass falls to the tolerance.
    ///
    /// `options.maximumIterations` counts passes and `options.restarts` is not used; a last pass measures the inertia. Labels and weights of
    /// the blocks are not read. `progress` is called after each pass and may throw to stop; a cancelled task ends with CancellationError.
    public static func fit(
        blocks: RowBlocks, options: Options = Options(maximumIterations: 3), progress: TrainingProgress.Handler = { _ in }
    ) throws -> KMeans {
        try options.check()
        guard blocks.count > 0 else { throw TrainingError.empty }
        var generator = SeededGenerator(seed: options.seed)
        var order = Array(0..<blocks.count)
        generator.shuffle(&order)
        var state = MiniBatchKMeans(centers: try start(blocks, first: order[0], options: options, generator: &generator))
        var passes = 0
        var isConverged = false
        while !isConverged, passes < options.maximumIterations {
            let before = state.centers
            var inertia = 0.0
            var moments = FeatureMoments(columns: before.columns)
            for index in order {
                try Task.checkCancellation()
                let features = try blocks.block(index).features
                inertia += try state.add(features)
                moments.add(features)
            }
            passes += 1
            try progress(TrainingProgress(iteration: passes, loss: inertia, gradientNorm: nil))
            let movement = Vector.difference(state.centers.elements, before.elements)
            isConverged = Vector.dot(movement, movement) <= options.tolerance * moments.meanVariance
            generator.shuffle(&order)
        }
        let fitted = KMeans(centers: state.centers, inertia: 0, iterations: passes, isConverged: isConverged)
        return KMeans(centers: state.centers, inertia: try inertia(fitted, blocks), iterations: passes, isConverged: isConverged)
    }

    private static func start(
        _ blocks: RowBlocks, first: Int, options: Options, generator: inout SeededGenerator
    ) throws -> Matrix<Double> {
        let features = try blocks.block(first).features
        guard features.rows == 0 || options.clusters <= features.rows else {
            throw TrainingError.invalid(option: "clusters", expected: "at most \(features.rows), the number of rows of block \(first)")
        }
        let rows = try ClusterRows(features, clusters: options.clusters)
        let centers = try CenterSeeding.centers(rows, clusters: options.clusters, generator: &generator)
        return centers.addingToRows(1, rows.origin)
    }

    private static func inertia(_ model: KMeans, _ blocks: RowBlocks) throws -> Double {
        var sum = 0.0
        for index in 0..<blocks.count {
            try Task.checkCancellation()
            sum += try model.squaredDistances(blocks.block(index).features).reduce(0, +)
        }
        return sum
    }
}
