import Foundation

extension Bootstrap {
    /// Samples with more rows than this are resampled through their counts or sums.
    static let mostRows = 5_000

    /// The BCa interval (Efron 1987) of a function of counts, resampled cell by cell; nil where it is undefined on the counts.
    ///
    /// Rows of one cell are exchangeable, so that resampling rows gives multinomial counts: the law is that of `bca(count:statistic:)`,
    /// at the cost of one binomial draw a cell. The jackknife is exact: rows of one cell have the same deletion.
    public func bca(counts: [Int], statistic: ([Int]) -> Double?) -> Estimate? {
        guard let value = statistic(counts) else { return nil }
        let total = counts.reduce(0, +)
        guard total > 1 else { return Estimate(value: value, interval: nil, count: total, method: "bootstrap-bca") }
        var generator = SeededGenerator(seed: seed)
        var cells = [Int](repeating: 0, count: counts.count)
        var values: [Double] = []
        for _ in 0..<replicates {
            generator.multinomial(trials: total, weights: counts, into: &cells)
            if let drawn = statistic(cells), drawn.isFinite { values.append(drawn) }
        }
        let acceleration = Self.acceleration(counts: counts, statistic: statistic)
        return corrected(value: value, sorted: values.sorted(), acceleration: acceleration, count: total)
    }

    private static func acceleration(counts: [Int], statistic: ([Int]) -> Double?) -> Double {
        var left = counts
        var deletions: [(weight: Double, value: Double)] = []
        for cell in counts.indices where counts[cell] > 0 {
            left[cell] -= 1
            if let value = statistic(left) { deletions.append((Double(counts[cell]), value)) }
            left[cell] += 1
        }
        return acceleration(deletions)
    }

    /// Efron 1987, equation 7.3: the skewness of the jackknife's deviations over six.
    static func acceleration(_ deletions: [(weight: Double, value: Double)]) -> Double {
        let total = deletions.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return 0 }
        let mean = deletions.reduce(0) { $0 + $1.weight * $1.value } / total
        var squares = 0.0
        var cubes = 0.0
        for deletion in deletions {
            let deviation = mean - deletion.value
            squares += deletion.weight * deviation * deviation
            cubes += deletion.weight * deviation * deviation * deviation
        }
        return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0
    }
}
