import Statistics

/// How many more rows would settle a verdict, if they turn out like those there are.
enum RowsNeeded {
    /// Beyond this nobody labels.
    static let most = 10_000_000

    /// Nil when the value lies on the bound, or the number is beyond any use.
    ///
    /// A proportion's Wilson interval is computed for larger samples; other intervals shrink with the square root of the rows, and come
    /// with the fewest rows that one is resampled from.
    static func more(_ estimate: Estimate, bound: Double) -> Int? {
        if estimate.interval == nil { return estimate.count < Bootstrap.fewestRows ? Bootstrap.fewestRows - estimate.count : nil }
        let total = estimate.method == "wilson" ? wilson(estimate, bound) : scaled(estimate, bound)
        return total.flatMap { $0 <= most ? max(1, $0 - estimate.count) : nil }
    }

    /// Rows that a share needs at least for its Wilson interval to reach the bound, all of them right: z^2 b / (1 - b).
    static func least(toReach bound: Double) -> Int {
        guard bound > 0, bound < 1 else { return 1 }
        let z = NormalDistribution.criticalValue(level: 0.95)
        return max(1, Int((z * z * bound / (1 - bound)).rounded(.up)))
    }

    private static func scaled(_ estimate: Estimate, _ bound: Double) -> Int? {
        guard let interval = estimate.interval, estimate.value != bound else { return nil }
        let half = estimate.value > bound ? estimate.value - interval.lower : interval.upper - estimate.value
        let ratio = half / abs(estimate.value - bound)
        let total = (Double(estimate.count) * ratio * ratio).rounded(.up)
        return total.isFinite && total < Double(most) ? Int(total) : nil
    }

    private static func wilson(_ estimate: Estimate, _ bound: Double) -> Int? {
        func decides(_ rows: Int) -> Bool {
            // Rounded towards the bound, so that the answer is never too small.
            let exact = estimate.value * Double(rows)
            let hits = Int(exact.rounded(estimate.value > bound ? .down : .up))
            let interval = Proportion(successes: min(hits, rows), trials: rows).wilson()
            return estimate.value > bound ? interval.lower >= bound : interval.upper < bound
        }
        var high = max(estimate.count, 1)
        while !decides(high) {
            high *= 2
            if high > most { return nil }
        }
        var low = high / 2
        while high - low > 1 {
            let middle = (low + high) / 2
            if decides(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
