/// Quantiles of few values.
enum Ranks {
    /// A quantile of ascending values by nearest rank; NaN when there are none.
    static func quantile(_ share: Double, _ sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return .nan }
        return sorted[max(0, min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }

    /// The middle of values, or of the two in the middle: the lower one alone would favour whoever is to be below a bound.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
