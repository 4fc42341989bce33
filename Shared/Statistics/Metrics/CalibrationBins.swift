/// Confidence of the top class against how often it was right, in bins of equal width, mergeable.
public struct CalibrationBins: Sendable, Equatable, Codable {
    public private(set) var counts: [Int]
    public private(set) var correct: [Int]
    public private(set) var confidence: [Double]

    public init(bins: Int = 15) {
        counts = Array(repeating: 0, count: bins)
        correct = counts
        confidence = Array(repeating: 0, count: bins)
    }

    /// Bin i holds confidences in (i / bins, (i + 1) / bins].
    public mutating func add(confidence value: Double, isCorrect: Bool) {
        let bin = min(max(Int((value * Double(counts.count)).rounded(.up)) - 1, 0), counts.count - 1)
        counts[bin] += 1
        correct[bin] += isCorrect ? 1 : 0
        confidence[bin] += value
    }

    /// Adds the counts of bins of the same number.
    public mutating func merge(_ other: CalibrationBins) {
        for bin in counts.indices {
            counts[bin] += other.counts[bin]
            correct[bin] += other.correct[bin]
            confidence[bin] += other.confidence[bin]
        }
    }

    /// The expected calibration error: |accuracy - confidence| averaged over rows (Guo et al. 2017, equation 3).
    public var expectedError: Double {
        let total = counts.reduce(0, +)
        guard total > 0 else { return 0 }
        return counts.indices.reduce(0) { $0 + abs(Double(correct[$1]) - confidence[$1]) } / Double(total)
    }
}
