/// A large sample's confidences as counts: 15 bins, each cut in 20 parts, right and wrong apart; a part's rows share their mean.
///
/// The calibration error of the whole is exact. Resamples differ from those of rows by the spread of confidence within a part
/// (a width of 1/300) only.
struct CalibrationCells {
    static let bins = 15
    static let partsPerBin = 20

    let counts: [Int]
    private let means: [Double]

    init(_ rows: ScoredRows) {
        let parts = Self.bins * Self.partsPerBin
        var counts = [Int](repeating: 0, count: 2 * parts)
        var sums = [Double](repeating: 0, count: 2 * parts)
        let confidences = rows.confidences
        for row in confidences.indices {
            let part = Self.part(confidences[row])
            let cell = 2 * part + (rows.labels[row] == rows.predictions[row] ? 1 : 0)
            counts[cell] += 1
            sums[cell] += confidences[row]
        }
        self.counts = counts
        means = zip(counts, sums).map { $0 > 0 ? $1 / Double($0) : 0 }
    }

    /// The bin is that of `CalibrationBins`; the part within it is where the value lies between the bin's ends.
    private static func part(_ value: Double) -> Int {
        let scaled = value * Double(bins)
        let bin = min(max(Int(scaled.rounded(.up)) - 1, 0), bins - 1)
        let within = min(max(Int((scaled - Double(bin)) * Double(partsPerBin)), 0), partsPerBin - 1)
        return bin * partsPerBin + within
    }

    /// The expected calibration error of these counts; nil without a row.
    func expectedError(_ counts: [Int]) -> Double? {
        var total = 0
        var error = 0.0
        for bin in 0..<Self.bins {
            var gap = 0.0
            for cell in 2 * bin * Self.partsPerBin..<2 * (bin + 1) * Self.partsPerBin {
                gap += Double(counts[cell]) * (Double(cell % 2) - means[cell])
                total += counts[cell]
            }
            error += abs(gap)
        }
        return total > 0 ? error / Double(total) : nil
    }
}
