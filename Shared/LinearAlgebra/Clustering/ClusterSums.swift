/// One assignment of rows to centres: sums and counts of each cluster, from which the next centres follow.
struct ClusterSums {
    private(set) var assignments: [Int]
    private(set) var inertia = 0.0
    private(set) var counts: [Int]
    private var distances: [Double]
    private var sums: Matrix<Double>
    private let rows: ClusterRows
    private let centers: Matrix<Double>

    init(_ rows: ClusterRows, centers: Matrix<Double>) {
        self.rows = rows
        self.centers = centers
        var assignments = [Int](repeating: 0, count: rows.features.rows)
        var distances = [Double](repeating: 0, count: rows.features.rows)
        NearestCenters(centers).forEach(rows.features, norms: rows.norms) { row, center, distance in
            assignments[row] = center
            distances[row] = distance
        }
        self.assignments = assignments
        self.distances = distances
        inertia = distances.reduce(0, +)
        (sums, counts) = Self.sums(rows.features, assignments, clusters: centers.rows)
    }

    /// Adds each row to the sum of its cluster.
    static func sums(_ features: Matrix<Double>, _ assignments: [Int], clusters: Int) -> (sums: Matrix<Double>, counts: [Int]) {
        var sums = Matrix<Double>(rows: clusters, columns: features.columns)
        var counts = [Int](repeating: 0, count: clusters)
        let columns = features.columns
        sums.elements.withUnsafeMutableBufferPointer { sums in
            features.elements.withUnsafeBufferPointer { elements in
                guard let target = sums.baseAddress, let source = elements.baseAddress else { return }
                for (row, cluster) in assignments.enumerated() {
                    Double.axpy(columns, alpha: 1, source + row * columns, target + cluster * columns)
                    counts[cluster] += 1
                }
            }
        }
        return (sums, counts)
    }

    /// The means of the clusters; an empty one moves to the row furthest from its centre, the first of equals.
    mutating func nextCenters() -> Matrix<Double> {
        var moved = centers
        for cluster in counts.indices where counts[cluster] == 0 { reseed(cluster) }
        for cluster in counts.indices where counts[cluster] > 0 {
            for column in 0..<moved.columns { moved[cluster, column] = sums[cluster, column] / Double(counts[cluster]) }
        }
        return moved
    }

    /// Takes the row out of the cluster that it leaves; a cluster's only row stays, or the cluster would be empty in its turn.
    private mutating func reseed(_ cluster: Int) {
        var furthest: Int?
        var largest = 0.0
        for row in assignments.indices where distances[row] > largest && counts[assignments[row]] > 1 {
            (furthest, largest) = (row, distances[row])
        }
        guard let row = furthest else { return }
        let left = assignments[row]
        for column in 0..<sums.columns {
            sums[left, column] -= rows.features[row, column]
            sums[cluster, column] = rows.features[row, column]
        }
        counts[left] -= 1
        counts[cluster] = 1
        assignments[row] = cluster
        distances[row] = 0
    }
}
