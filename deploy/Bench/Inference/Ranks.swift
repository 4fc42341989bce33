/// Quantiles by nearest rank.
enum Ranks {
    /// A quantile of ascending values; NaN when there are none.
    static func quantile(_ share: Double, _ sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return .nan }
        return sorted[max(0, min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }

    static func median(_ values: [Double]) -> Double { quantile(0.5, values.sorted()) }
}
