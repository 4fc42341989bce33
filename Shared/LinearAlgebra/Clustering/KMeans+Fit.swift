import Statistics

extension KMeans {
    /// Fits by Lloyd's iterations (Lloyd 1982) from k-means++ centres, or from `initial` (clusters x features); the same seed on one
    /// thread gives the same bytes.
    ///
    /// `progress` is told the inertia of each iteration before its centres move, and may throw to stop; a cancelled task ends with
    /// CancellationError. Throws TrainingError where there are fewer distinct rows than clusters.
    public static func fit(
        features: Matrix<Double>, options: Options = Options(), initial: Matrix<Double>? = nil,
        progress: TrainingProgress.Handler = { _ in }
    ) throws -> KMeans {
        try options.check()
        let rows = try ClusterRows(features, clusters: options.clusters)
        if let initial { try check(initial, clusters: options.clusters, columns: features.columns) }
        var best: KMeans?
        for restart in 0..<(initial == nil ? options.restarts : 1) {
            let start = try initial?.addingToRows(-1, rows.origin) ?? seeded(rows, options: options, restart: restart)
            let fitted = try iterate(rows, from: start, options: options, progress: progress)
            if fitted.inertia < best?.inertia ?? .infinity { best = fitted }
        }
        guard let best else { throw TrainingError.diverged(iteration: 0) }
        return best
    }

    private static func seeded(_ rows: ClusterRows, options: Options, restart: Int) throws(TrainingError) -> Matrix<Double> {
        var generator = SeededGenerator.part(restart, of: options.seed)
        return try CenterSeeding.centers(rows, clusters: options.clusters, generator: &generator)
    }

    private static func check(_ initial: Matrix<Double>, clusters: Int, columns: Int) throws(TrainingError) {
        guard initial.rows == clusters else { throw .lengths(expected: clusters, found: initial.rows, of: "initial") }
        guard initial.columns == columns else { throw .lengths(expected: columns, found: initial.columns, of: "a row of initial") }
        guard initial.firstRowNotFinite == nil else { throw .invalid(option: "initial", expected: "finite") }
    }

    private static func iterate(
        _ rows: ClusterRows, from start: Matrix<Double>, options: Options, progress: TrainingProgress.Handler
    ) throws -> KMeans {
        var centers = start
        var assignments: [Int] = []
        var iterations = 0
        var isConverged = false
        while !isConverged, iterations < options.maximumIterations {
            try Task.checkCancellation()
            var sums = ClusterSums(rows, centers: centers)
            iterations += 1
            try progress(TrainingProgress(iteration: iterations, loss: sums.inertia, gradientNorm: nil))
            let next = sums.nextCenters()
            let movement = Vector.difference(next.elements, centers.elements)
            isConverged = sums.assignments == assignments || Vector.dot(movement, movement) <= options.tolerance * rows.meanVariance
            (centers, assignments) = (next, sums.assignments)
        }
        return KMeans(
            centers: centers.addingToRows(1, rows.origin), inertia: exactInertia(rows, centers: centers), iterations: iterations,
            isConverged: isConverged)
    }

    /// By differences rather than squares, so that rows on their centres count exactly 0.
    private static func exactInertia(_ rows: ClusterRows, centers: Matrix<Double>) -> Double {
        var difference = [Double](repeating: 0, count: rows.features.columns)
        var sum = 0.0
        NearestCenters(centers).forEach(rows.features, norms: rows.norms) { row, center, _ in
            difference.withUnsafeMutableBufferPointer { output in
                rows.features.elements.withUnsafeBufferPointer { elements in
                    centers.elements.withUnsafeBufferPointer { centers in
                        let width = output.count
                        for column in 0..<width { output[column] = elements[row * width + column] - centers[center * width + column] }
                    }
                }
            }
            sum += Vector.dot(difference, difference)
        }
        return sum
    }
}
