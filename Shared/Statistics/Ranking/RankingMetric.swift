import Foundation

/// A measure of rankings, found by name: a mean over queries with a relevant item (trec_eval's convention).
///
/// `precision@k`, `recall@k`, `ndcg` and `ndcg@k` (gain = relevance, discount log2(place + 1); Järvelin & Kekäläinen 2002),
/// `map` and `map@k` (over min(relevant, k) items), `mrr` and `mrr@k`.
public struct RankingMetric: Sendable, Equatable {
    public let name: String
    public var higherIsBetter: Bool { true }
    private let kind: Kind
    /// Places beyond this one are not looked at.
    private let depth: Int?

    private enum Kind: String, CaseIterable {
        case precision
        case recall
        case ndcg
        case map
        case mrr
    }

    /// The forms that `named` knows.
    public static let names = ["map", "map@k", "mrr", "mrr@k", "ndcg", "ndcg@k", "precision@k", "recall@k"]

    /// The metric of this name with a number of places for k (`ndcg@10`), or a fault that lists the names there are.
    public static func named(_ name: String) throws(MetricError) -> RankingMetric {
        let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = Kind(rawValue: String(parts[0])) else { throw .unknown(name: name, known: names) }
        if parts.count == 1, kind != .precision, kind != .recall { return RankingMetric(name: name, kind: kind, depth: nil) }
        guard parts.count == 2, let depth = Int(parts[1]), depth > 0 else { throw .unknown(name: name, known: names) }
        return RankingMetric(name: name, kind: kind, depth: depth)
    }

    /// The mean over queries with its interval, which resamples queries (BCa) from the seed.
    public func measure(_ rows: RankedRows, level: Double = 0.95, seed: UInt64 = 0) throws(MetricError) -> Estimate {
        let values = rows.queries.compactMap(value)
        let bootstrap = Bootstrap(seed: seed, level: level, fewest: Bootstrap.fewestRows)
        guard !values.isEmpty, let estimate = bootstrap.bca(columns: [values], statistic: { $0[0] / $1 }) else {
            throw .undefined(metric: name, reason: "no query has a relevant item")
        }
        if estimate.interval != nil { return estimate }
        // Few queries, or all with the same score: each counts as a trial, which no score within 0 ... 1 spreads more than.
        let interval = Proportion.wilson(share: min(max(estimate.value, 0), 1), trials: Double(values.count), level: level)
        return Estimate(value: estimate.value, interval: values.count > 1 ? interval : nil, count: values.count, method: "wilson")
    }

    /// Compares two models on the same queries, in the same order: the interval of the mean difference by query, with one query more on
    /// each side as Bonett & Price 2012 add for shares, since a score lies within 0 ... 1.
    public func compare(champion: RankedRows, candidate: RankedRows, level: Double = 0.95) throws(MetricError) -> PairedComparison {
        let isSame = zip(champion.queries, candidate.queries).allSatisfy { $0.relevantCount == $1.relevantCount }
        guard champion.count == candidate.count, isSame else { throw .differentRows }
        let before = champion.queries.compactMap(value)
        let after = candidate.queries.compactMap(value)
        guard !before.isEmpty else { throw .undefined(metric: name, reason: "no query has a relevant item") }
        let count = Double(before.count)
        let moments = Moments(zip(before, after).map { $1 - $0 })
        let variance = moments.m2 / (count * count) + 2 / ((count + 2) * (count + 2))
        let half = NormalDistribution.criticalValue(level: level) * variance.squareRoot()
        let interval = ConfidenceInterval(lower: max(-1, moments.mean - half), upper: min(1, moments.mean + half), level: level)
        let difference = Estimate(value: moments.mean, interval: interval, count: before.count, method: "adjusted-paired")
        return PairedComparison(
            metric: name, higherIsBetter: true, champion: before.reduce(0, +) / count, candidate: after.reduce(0, +) / count,
            difference: difference, pValue: nil)
    }

    /// The measure of one query; nil where nothing is relevant.
    func value(_ query: RankedQuery) -> Double? {
        let relevant = query.relevantCount
        guard relevant > 0 else { return nil }
        let seen = query.relevances.prefix(depth ?? query.relevances.count)
        let hits = seen.count { $0 > 0 }
        switch kind {
        case .precision: return Double(hits) / Double(depth ?? seen.count)
        case .recall: return Double(hits) / Double(relevant)
        case .mrr: return seen.firstIndex { $0 > 0 }.map { 1 / Double($0 + 1) } ?? 0
        case .map: return averagePrecision(seen) / Double(min(relevant, depth ?? relevant))
        case .ndcg:
            let ideal = (query.relevances + query.missed).sorted(by: >)
            return Self.gain(seen) / Self.gain(ideal.prefix(depth ?? ideal.count))
        }
    }

    private func averagePrecision(_ seen: ArraySlice<Double>) -> Double {
        var hits = 0.0
        var sum = 0.0
        for (place, relevance) in seen.enumerated() where relevance > 0 {
            hits += 1
            sum += hits / Double(place + 1)
        }
        return sum
    }

    private static func gain(_ relevances: ArraySlice<Double>) -> Double {
        relevances.enumerated().reduce(0) { $0 + $1.element / log2(Double($1.offset + 2)) }
    }
}
