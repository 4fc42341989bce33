import Foundation

/// The expected calibration error beside how much of it is chance.
///
/// |accuracy - confidence| in a bin is above 0 by chance even where the model is calibrated, the more so the fewer rows a bin has:
/// the plug-in error is biased upwards (Kumar, Liang & Ma 2019; Roelofs et al. 2022). With normal errors in each bin its mean is a
/// sum of folded normals; the debiased error is the one whose mean is what was seen, with the bins' gaps scaled together.
public struct CalibrationReport: Sendable, Equatable, Codable {
    /// The plug-in error with its BCa interval, as the metric `ece`.
    public let expectedError: Estimate
    /// What chance adds to the plug-in error, in its unit.
    public let bias: Double
    /// The plug-in error less its bias, at least 0.
    public let debiased: Estimate
    public let test: CalibrationTest

    public init(_ rows: ScoredRows, level: Double = 0.95, seed: UInt64 = 0) throws(MetricError) {
        expectedError = try Metric.named("ece").measure(rows, level: level, seed: seed)
        test = try CalibrationTest(rows)
        debiased = try Self.debiasedError(rows, level: level)
        bias = expectedError.value - debiased.value
    }

    /// The error less its bias, without the resampling of the whole report; the interval covers at least at its level.
    ///
    /// The ends invert the mean of the error at z deviations. How the error is spread over bins is not known: for the lower end it
    /// lies in the bins whose gap is clear of chance (the root of g^2 - 3 s^2), where chance in the others explains most of what was
    /// seen; for the upper end in all bins by their deviation, where it explains least.
    public static func debiasedError(_ rows: ScoredRows, level: Double = 0.95) throws(MetricError) -> Estimate {
        guard !rows.probabilities.isEmpty else { throw .needs("probabilities", metric: "ece") }
        let gaps = gaps(rows)
        let z = NormalDistribution.criticalValue(level: level)
        let seen = gaps.reduce(0) { $0 + abs($1.gap) }
        let value = size(gaps, at: 0, seen: seen)
        let clear = gaps.map { Gap(max(0, $0.gap * $0.gap - 3 * $0.error * $0.error).squareRoot(), $0.error) }
        let lower = size(clear, at: z, seen: seen)
        let upper = size(gaps.map { Gap($0.error, $0.error) }, at: -z, seen: seen)
        let interval = ConfidenceInterval(lower: min(lower, value), upper: min(1, max(upper, value)), level: level)
        return Estimate(value: value, interval: interval, count: rows.count, method: "debiased-normal")
    }

    /// The sum of gaps of this shape at which the error that was seen lies `deviations` standard errors above its mean.
    private static func size(_ shape: [Gap], at deviations: Double, seen: Double) -> Double {
        let size = shape.reduce(0) { $0 + abs($1.gap) }
        return size > 0 ? size * scale(shape, deviations, seen: seen) : 0
    }

    private typealias Gap = (gap: Double, error: Double)

    /// Each bin's share x (accuracy - confidence) and its standard error over rows of the bin.
    private static func gaps(_ rows: ScoredRows, bins: Int = 15) -> [Gap] {
        var binned = CalibrationBins(bins: bins)
        let confidences = rows.confidences
        for row in confidences.indices {
            binned.add(confidence: confidences[row], isCorrect: rows.labels[row] == rows.predictions[row])
        }
        return binned.counts.indices.filter { binned.counts[$0] > 0 }.map { bin in
            let count = Double(binned.counts[bin])
            let right = Double(binned.correct[bin])
            // Laplace's rule: a bin all right or all wrong is not without error.
            let chance = (right + 1) / (count + 2)
            return (
                (right - binned.confidence[bin]) / Double(rows.count), (count * chance * (1 - chance)).squareRoot() / Double(rows.count)
            )
        }
    }

    /// E|X| for X normal with this mean and deviation.
    private static func foldedMean(_ mean: Double, _ deviation: Double) -> Double {
        guard deviation > 0 else { return abs(mean) }
        let ratio = mean / deviation
        return deviation * (2 / Double.pi).squareRoot() * exp(-ratio * ratio / 2) + mean * (1 - 2 * NormalDistribution().cumulative(-ratio))
    }

    /// The scale of the gaps at which the plug-in error that was seen lies `deviations` standard errors above its mean; 0 where none does.
    private static func scale(_ gaps: [Gap], _ deviations: Double, seen: Double) -> Double {
        func isBelow(_ scale: Double) -> Bool {
            var mean = 0.0
            var variance = 0.0
            for gap in gaps {
                let folded = foldedMean(scale * gap.gap, gap.error)
                mean += folded
                variance += max(0, scale * scale * gap.gap * gap.gap + gap.error * gap.error - folded * folded)
            }
            return seen - mean > deviations * variance.squareRoot()
        }
        guard seen > 0, isBelow(0) else { return 0 }
        var (low, high) = (0.0, 1.0)
        while isBelow(high), high < 1e6 { high *= 2 }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if isBelow(middle) { low = middle } else { high = middle }
        }
        return high
    }
}
