/// Centres that follow a stream of row blocks, each centre being the mean of all rows that came to it (Sculley 2010).
///
/// Memory holds the centres, their counts and one block with its copy.
public struct MiniBatchKMeans: Sendable, Equatable {
    /// Clusters x features.
    public private(set) var centers: Matrix<Double>
    /// How many rows have come to each centre.
    public private(set) var counts: [Int]
    private let origin: [Double]

    /// Centres that no row has come to yet; clusters x features.
    public init(centers: Matrix<Double>) {
        self.centers = centers
        counts = Array(repeating: 0, count: centers.rows)
        origin = FeatureMoments(centers).means
    }

    /// Moves each centre towards the mean of the block's rows nearest to it (the first of equals); gives the sum of the squared distances
    /// before the move.
    @discardableResult
    public mutating func add(_ features: Matrix<Double>) throws(TrainingError) -> Double {
        guard features.columns == centers.columns else {
            throw .lengths(expected: centers.columns, found: features.columns, of: "features")
        }
        if let row = features.firstRowNotFinite { throw .notFinite(row: row) }
        let moved = features.addingToRows(-1, origin)
        var assignments: [Int] = []
        var inertia = 0.0
        NearestCenters(centers.addingToRows(-1, origin)).forEach(moved, norms: moved.squaredRowNorms) {
            assignments.append($1)
            inertia += $2
        }
        let block = ClusterSums.sums(moved, assignments, clusters: centers.rows)
        for cluster in counts.indices where block.counts[cluster] > 0 { move(cluster, block.sums, block.counts[cluster]) }
        return inertia
    }

    private mutating func move(_ cluster: Int, _ sums: Matrix<Double>, _ count: Int) {
        let share = Double(count) / Double(counts[cluster] + count)
        for column in 0..<centers.columns {
            let mean = sums[cluster, column] / Double(count) + origin[column]
            centers[cluster, column] += share * (mean - centers[cluster, column])
        }
        counts[cluster] += count
    }
}
