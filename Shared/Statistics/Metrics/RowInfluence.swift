import Foundation

/// A statistic with each row's part in its error, for intervals without resampling.
///
/// The variance is the sum over strata of count x sample variance of the parts: with one stratum the infinitesimal jackknife
/// (Jaeckel 1972; Efron 1982, chapter 6), with the labels as strata DeLong's variance of the area under the ROC curve.
struct RowInfluence {
    let value: Double
    let parts: [Double]
    let strata: [Int]
    let method: String

    /// The squared standard error; nil where a stratum has one row, which does not tell its spread.
    var variance: Double? {
        var byStratum = [Moments](repeating: Moments(), count: (strata.max() ?? 0) + 1)
        for row in parts.indices { byStratum[strata[row]].add(parts[row]) }
        guard !byStratum.contains(where: { $0.count == 1 }) else { return nil }
        return byStratum.reduce(0) { $0 + Double($1.count) * $1.variance }
    }

    /// The symmetric interval for a difference of statistics; none below 30 rows, and none without any spread.
    func symmetric(level: Double) -> Estimate {
        guard parts.count >= Bootstrap.fewestRows, let variance, variance > 0 else {
            return Estimate(value: value, interval: nil, count: parts.count, method: method)
        }
        let half = NormalDistribution.criticalValue(level: level) * variance.squareRoot()
        let interval = ConfidenceInterval(lower: max(-1, value - half), upper: min(1, value + half), level: level)
        return Estimate(value: value, interval: interval, count: parts.count, method: method)
    }

    /// The interval on the logit scale, which stays in (0, 1); nil where the value is at an end or its spread is 0 or not known.
    func logit(level: Double) -> ConfidenceInterval? {
        guard value > 0, value < 1, let variance, variance > 0 else { return nil }
        let spread = variance.squareRoot()
        let half = NormalDistribution.criticalValue(level: level) * spread / (value * (1 - value))
        let centre = log(value / (1 - value))
        return ConfidenceInterval(lower: 1 / (1 + exp(half - centre)), upper: 1 / (1 + exp(-half - centre)), level: level)
    }

    /// This statistic less another of the same rows: the parts subtract, so that what both have in common cancels.
    func subtracting(_ other: RowInfluence) -> RowInfluence {
        RowInfluence(value: value - other.value, parts: zip(parts, other.parts).map { $0 - $1 }, strata: strata, method: method)
    }
}
