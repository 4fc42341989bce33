/// Quantiles of sorted numbers.
public enum Quantile {
    /// The quantile by linear interpolation of the order statistics (Hyndman & Fan 1996, type 7); `sorted` must not be empty.
    public static func of(_ sorted: [Double], _ probability: Double) -> Double {
        let position = min(max(probability, 0), 1) * Double(sorted.count - 1)
        let low = Int(position)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (position - Double(low)) * (sorted[high] - sorted[low])
    }
}
