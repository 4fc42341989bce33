import Foundation
import Statistics

/// Start centres by greedy k-means++ (Arthur & Vassilvitskii 2007, section 3 and its remark on several trials).
enum CenterSeeding {
    /// Rows drawn with the probability of their squared distance to the nearest centre so far; of 2 + ln(clusters) draws the one that
    /// leaves the least sum of such distances is kept, the first of equals.
    static func centers(_ rows: ClusterRows, clusters: Int, generator: inout SeededGenerator) throws(TrainingError) -> Matrix<Double> {
        let trials = 2 + Int(log(Double(clusters)))
        var chosen = [generator.index(below: rows.features.rows)]
        var nearest = NearestCenters(rows.features.picking(chosen)).distances(rows.features, norms: rows.norms).elements
        while chosen.count < clusters {
            let sums = cumulative(nearest)
            guard let total = sums.last, total > 0 else {
                throw .invalid(option: "clusters", expected: "at most \(chosen.count), the number of distinct rows")
            }
            let candidates = (0..<trials).map { _ in firstIndex(above: generator.uniform() * total, in: sums) }
            let distances = NearestCenters(rows.features.picking(candidates)).distances(rows.features, norms: rows.norms)
            let sumsLeft = candidates.indices.map { remaining(nearest, distances, column: $0) }
            let best = candidates.indices.reduce(0) { sumsLeft[$1] < sumsLeft[$0] ? $1 : $0 }
            chosen.append(candidates[best])
            for row in nearest.indices { nearest[row] = min(nearest[row], distances[row, best]) }
        }
        return rows.features.picking(chosen)
    }

    private static func remaining(_ nearest: [Double], _ distances: Matrix<Double>, column: Int) -> Double {
        var sum = 0.0
        for row in nearest.indices { sum += min(nearest[row], distances[row, column]) }
        return sum
    }

    private static func cumulative(_ weights: [Double]) -> [Double] {
        var sum = 0.0
        return weights.map { weight in
            sum += weight
            return sum
        }
    }

    /// The first index whose sum is above the threshold, by bisection; such an index has a weight above 0.
    private static func firstIndex(above threshold: Double, in sums: [Double]) -> Int {
        var low = 0
        var high = sums.count - 1
        // A threshold rounded up to the total falls to the first row that reaches it.
        let bound = sums[high] > threshold ? threshold : sums[high].nextDown
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > bound { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
