/// Segments of rows around centres: each row belongs to the centre at the least squared Euclidean distance, the first of equals.
///
/// Features count by their units: standardise them first where those differ.
public struct KMeans: Sendable, Equatable, Codable {
    /// How it is fitted.
    public struct Options: Sendable, Equatable, Codable {
        /// The number of segments, at most that of distinct rows.
        public var clusters = 8
        /// Lloyd's iterations, or passes over the blocks of a streaming fit.
        public var maximumIterations = 300
        /// Ends when the centres' squared movement is at most this share of the features' mean variance.
        public var tolerance = 1e-4
        /// Fits from so many seedings and keeps the one with the least inertia, the first of equals.
        public var restarts = 1
        public var seed: UInt64 = 0

        public init(clusters: Int = 8, maximumIterations: Int = 300, tolerance: Double = 1e-4, restarts: Int = 1, seed: UInt64 = 0) {
            self.clusters = clusters
            self.maximumIterations = maximumIterations
            self.tolerance = tolerance
            self.restarts = restarts
            self.seed = seed
        }

        func check() throws(TrainingError) {
            guard clusters > 0 else { throw .invalid(option: "clusters", expected: "above 0") }
            guard maximumIterations > 0 else { throw .invalid(option: "maximumIterations", expected: "above 0") }
            guard tolerance >= 0, tolerance.isFinite else { throw .invalid(option: "tolerance", expected: "at least 0") }
            guard restarts > 0 else { throw .invalid(option: "restarts", expected: "above 0") }
        }
    }

    /// Clusters x features.
    public let centers: Matrix<Double>
    /// The sum over the fitted rows of the squared distance to the nearest centre.
    public let inertia: Double
    /// Lloyd's iterations, or passes over the blocks.
    public let iterations: Int
    /// Whether the centres stopped moving before the iterations ended.
    public let isConverged: Bool

    /// The index of each row's nearest centre, the first of equals; rows x as many features as the centres have.
    public func assignments(_ features: Matrix<Double>) throws(TrainingError) -> [Int] {
        try nearest(features).map(\.center)
    }

    /// The squared distance of each row to its nearest centre.
    public func squaredDistances(_ features: Matrix<Double>) throws(TrainingError) -> [Double] {
        try nearest(features).map(\.distance)
    }

    private func nearest(_ features: Matrix<Double>) throws(TrainingError) -> [(center: Int, distance: Double)] {
        guard features.columns == centers.columns else {
            throw .lengths(expected: centers.columns, found: features.columns, of: "features")
        }
        if let row = features.firstRowNotFinite { throw .notFinite(row: row) }
        let origin = FeatureMoments(centers).means
        let moved = features.addingToRows(-1, origin)
        var result: [(center: Int, distance: Double)] = []
        result.reserveCapacity(features.rows)
        NearestCenters(centers.addingToRows(-1, origin)).forEach(moved, norms: moved.squaredRowNorms) { result.append(($1, $2)) }
        return result
    }
}
