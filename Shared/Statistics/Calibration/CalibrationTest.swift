/// Whether confidences are the chances of being right (the null hypothesis), by two statistics.
public struct CalibrationTest: Sendable, Equatable, Codable {
    /// Spiegelhalter's z (1986): sum (y - p)(1 - 2p) over its deviation, standard normal where the model is calibrated.
    public let spiegelhalter: Double
    /// Two-sided.
    public let spiegelhalterPValue: Double
    /// The sum over bins of (right - expected)^2 over the sum of p(1 - p) (Hosmer & Lemeshow 1980, with each row's variance).
    public let chiSquared: Double
    /// One for each bin with any variance: nothing is fitted to these rows.
    public let degrees: Int
    public let chiSquaredPValue: Double

    /// Confidences in [0, 1] of the predicted class beside whether it was right.
    public init(confidences: [Double], isCorrect: [Bool], bins: Int = 15) throws(MetricError) {
        guard !confidences.isEmpty else { throw .empty }
        guard isCorrect.count == confidences.count else {
            throw .lengths(expected: confidences.count, found: isCorrect.count, of: "isCorrect")
        }
        var sum = 0.0
        var variance = 0.0
        var gaps = [Double](repeating: 0, count: bins)
        var variances = gaps
        for row in confidences.indices {
            let p = confidences[row]
            guard p >= -1e-6, p <= 1 + 1e-6 else { throw .invalidProbabilities(row: row) }
            let own = max(p * (1 - p), 0)
            let miss = (isCorrect[row] ? 1 : 0) - p
            sum += miss * (1 - 2 * p)
            variance += (1 - 2 * p) * (1 - 2 * p) * own
            let bin = min(max(Int((p * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
            gaps[bin] += miss
            variances[bin] += own
        }
        spiegelhalter = variance > 0 ? sum / variance.squareRoot() : 0
        spiegelhalterPValue = min(1, 2 * NormalDistribution().upperTail(abs(spiegelhalter)))
        let used = gaps.indices.filter { variances[$0] > 0 }
        chiSquared = used.reduce(0) { $0 + gaps[$1] * gaps[$1] / variances[$1] }
        degrees = used.count
        chiSquaredPValue = used.isEmpty ? 1 : SpecialFunctions.regularizedGammaUpper(Double(used.count) / 2, chiSquared / 2)
    }

    /// The top class of a classifier's rows.
    public init(_ rows: ScoredRows, bins: Int = 15) throws(MetricError) {
        guard !rows.probabilities.isEmpty else { throw .needs("probabilities", metric: "calibration") }
        let isCorrect = rows.labels.indices.map { rows.labels[$0] == rows.predictions[$0] }
        try self.init(confidences: rows.confidences, isCorrect: isCorrect, bins: bins)
    }
}
