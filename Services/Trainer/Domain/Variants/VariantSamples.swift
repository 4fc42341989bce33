import Contracts

/// Times of one call each, in milliseconds.
struct VariantSamples: Sendable, Hashable {
    private var sorted: [Double]

    init(_ milliseconds: [Double]) { sorted = milliseconds.sorted() }

    /// The smallest time that at least this share of the calls took at most (nearest rank); 0 without calls.
    func percentile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = (share * Double(sorted.count)).rounded(.up)
        return sorted[min(sorted.count - 1, max(0, Int(rank) - 1))]
    }

    var latency: VariantMeasurement.Latency {
        VariantMeasurement.Latency(p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99))
    }
}
