import Statistics
import Testing

/// Expected numbers: Vectors/make_vectors.py (scikit-learn 1.9.1).
@Suite("Rankings")
struct RankingTests {
    private func rows() throws -> RankedRows {
        try RankedRows(MetricVectors.read().rankings.queries.map { try RankedQuery(scores: $0.scores, relevances: $0.relevances) })
    }

    @Test("each measure agrees with scikit-learn and lies in its interval")
    func values() throws {
        for (name, expected) in try MetricVectors.read().rankings.expected {
            let estimate = try RankingMetric.named(name).measure(rows(), seed: 1)

            #expect(isClose(estimate.value, expected), "\(name)")
            #expect(estimate.interval?.contains(expected) == true && estimate.count == 12, "\(name)")
        }
    }

    @Test("items that were not placed count against recall, precision's ideal and gain")
    func missed() throws {
        let rows = try RankedRows([RankedQuery(relevances: [1, 0], missed: [1, 1])])

        #expect(try RankingMetric.named("recall@2").measure(rows).value == 1.0 / 3)
        #expect(try RankingMetric.named("precision@4").measure(rows).value == 0.25)
        #expect(try RankingMetric.named("map").measure(rows).value == 1.0 / 3)
        #expect(try RankingMetric.named("ndcg").measure(rows).value < 0.6)
    }

    @Test("equal scores gain nothing from the order in which items came")
    func ties() throws {
        let flattering = try RankedRows([RankedQuery(scores: [0.5, 0.5, 0.5], relevances: [1, 0, 0])])

        #expect(try RankingMetric.named("mrr").measure(flattering).value == 1.0 / 3)
    }

    @Test("a better ranking of the same queries passes, and the other way round fails")
    func compare() throws {
        let good = try RankedRows((0..<60).map { try RankedQuery(relevances: $0 % 4 == 0 ? [0, 1, 0] : [1, 0, 0]) })
        let bad = try RankedRows((0..<60).map { try RankedQuery(relevances: $0 % 2 == 0 ? [0, 0, 1] : [1, 0, 0]) })
        let metric = try RankingMetric.named("mrr")

        #expect(try metric.compare(champion: bad, candidate: good).noStepBack(within: 0.02) == .pass)
        #expect(try metric.compare(champion: good, candidate: bad).noStepBack(within: 0.02) == .fail)
        #expect(throws: MetricError.differentRows) { try metric.compare(champion: good, candidate: rows()) }
    }

    @Test("the same ranking of few queries settles nothing within a small margin")
    func fewAlike() throws {
        let metric = try RankingMetric.named("ndcg")
        func alike(_ count: Int) throws -> PairedComparison {
            let rows = try RankedRows((0..<count).map { _ in try RankedQuery(relevances: [1, 0]) })
            return try metric.compare(champion: rows, candidate: rows)
        }

        #expect(try alike(2).noStepBack(within: 0.01) == .inconclusive)
        #expect(try alike(29).noStepBack(within: 0.01) == .inconclusive)
        #expect(try alike(400).noStepBack(within: 0.01) == .pass)
    }

    @Test("queries without a relevant item are left out; none at all is refused, as is a name without its k")
    func refusals() throws {
        let empty = try RankedQuery(relevances: [0, 0])
        let half = try RankedRows([empty, RankedQuery(relevances: [1])])

        #expect(try RankingMetric.named("mrr").measure(half).value == 1)
        #expect(throws: MetricError.self) { try RankingMetric.named("mrr").measure(RankedRows([empty])) }
        for name in ["precision", "recall@0", "ndcg@x", "hits@3"] {
            #expect(throws: MetricError.unknown(name: name, known: RankingMetric.names)) { try RankingMetric.named(name) }
        }
    }

    @Test("all queries right is not certain")
    func perfect() throws {
        let rows = try RankedRows((0..<20).map { _ in try RankedQuery(relevances: [1, 0]) })
        let interval = try #require(try RankingMetric.named("mrr").measure(rows).interval)

        #expect(interval.upper == 1 && interval.lower < 0.9)
    }
}
