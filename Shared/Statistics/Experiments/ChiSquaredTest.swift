/// Pearson's chi-squared test.
public struct ChiSquaredTest: Sendable, Equatable, Codable {
    public let statistic: Double
    public let degrees: Int
    public let pValue: Double
    /// Cramer's V: 0 where there is no effect; 1 is the largest effect a table can show.
    public let cramersV: Double

    /// Counts against the shares they should have (any positive weights); nil without a count or with fewer than two weights.
    ///
    /// The sample ratio test of an experiment: a mismatch is p < .001 on a final look. V's largest value is that of the least weight's
    /// cell holding every count (Cohen's w scaled to 1).
    public init?(counts: [Int], weights: [Double]) {
        let total = Double(counts.reduce(0, +))
        let weightSum = weights.reduce(0, +)
        guard counts.count == weights.count, counts.count > 1, total > 0, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        var statistic = 0.0
        for (count, weight) in zip(counts, weights) {
            let expected = total * weight / weightSum
            statistic += (Double(count) - expected) * (Double(count) - expected) / expected
        }
        let least = (weights.min() ?? 1) / weightSum
        self.init(statistic: statistic, degrees: counts.count - 1, effect: (statistic / total / (1 / least - 1)).squareRoot())
    }

    /// The independence of rows and columns; empty rows and columns do not count; nil where less than 2 x 2 is left.
    public init?(table: [[Int]]) {
        let rows = table.filter { $0.contains { $0 > 0 } }
        guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else { return nil }
        let columns = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } }
        let used = columns.indices.filter { columns[$0] > 0 }
        guard rows.count > 1, used.count > 1 else { return nil }
        let total = Double(columns.reduce(0, +))
        var statistic = 0.0
        for row in rows {
            let rowTotal = Double(row.reduce(0, +))
            for column in used {
                let expected = rowTotal * Double(columns[column]) / total
                statistic += (Double(row[column]) - expected) * (Double(row[column]) - expected) / expected
            }
        }
        let smaller = Double(min(rows.count, used.count) - 1)
        self.init(statistic: statistic, degrees: (rows.count - 1) * (used.count - 1), effect: (statistic / total / smaller).squareRoot())
    }

    private init(statistic: Double, degrees: Int, effect: Double) {
        self.statistic = statistic
        self.degrees = degrees
        pValue = ChiSquaredDistribution(degrees: Double(degrees)).upperTail(statistic)
        cramersV = min(1, effect)
    }
}
