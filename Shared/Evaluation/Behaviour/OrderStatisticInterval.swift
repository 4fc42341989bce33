import Foundation

/// The interval of a percentile by order statistics, which needs no assumption about the distribution (David & Nagaraja 2003, 7.1).
struct OrderStatisticInterval {
    /// Index of the lower end among the sorted samples; nil where the samples do not bound it from below.
    let lower: Int?
    /// Index of the upper end; nil where the samples do not bound it from above: the largest may still lie below the percentile.
    let upper: Int?

    /// The number of samples below the percentile is binomial: the ends leave at most half of what the level leaves, on either side.
    ///
    /// - Parameter probability: of the percentile, as 0.99.
    init(samples: Int, probability: Double, level: Double = 0.95) {
        let tail = (1 - level) / 2
        var cumulative = 0.0
        var lower: Int?
        var upper: Int?
        // After the step of index k, `cumulative` is the chance of at most k samples below the percentile.
        for index in 0..<max(samples, 0) {
            cumulative += Self.mass(index, samples, probability)
            if cumulative <= tail { lower = index }
            if upper == nil, cumulative >= 1 - tail { upper = index }
        }
        self.lower = lower
        self.upper = upper
    }

    /// Fewest samples whose largest bounds the percentile from above.
    static func fewest(probability: Double, level: Double = 0.95) -> Int {
        Int((log((1 - level) / 2) / log(probability)).rounded(.up))
    }

    /// Chance that exactly `count` of the samples lie below.
    private static func mass(_ count: Int, _ samples: Int, _ probability: Double) -> Double {
        let (n, k) = (Double(samples), Double(count))
        let ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
        return exp(ways + k * log(probability) + (n - k) * log1p(-probability))
    }
}
