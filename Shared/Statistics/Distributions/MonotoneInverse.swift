/// Inverts an increasing distribution function by bisection, which cannot diverge.
enum MonotoneInverse {
    /// The x in [lower, upper] where `cumulative` reaches `probability`, to about one unit in the last place.
    static func solve(_ probability: Double, lower: Double, upper: Double, cumulative: (Double) -> Double) -> Double {
        var low = lower
        var high = upper
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { break }
            if cumulative(middle) < probability { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// The first power-of-two multiple of `start` at which `reached` holds.
    static func upperBound(from start: Double, reached: (Double) -> Bool) -> Double {
        var bound = start
        while !reached(bound), bound < 1e300 { bound *= 2 }
        return bound
    }
}
