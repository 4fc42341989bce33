/// What a model put first for one query: the relevance of each item, best placed first.
public struct RankedQuery: Sendable, Equatable {
    /// Relevance by place, 0 for irrelevant; grades count for NDCG, anything above 0 for the other measures.
    public let relevances: [Double]
    /// The relevance of relevant items which the model did not place at all.
    public let missed: [Double]

    /// The relevances of a ranking in its own order.
    public init(relevances: [Double], missed: [Double] = []) throws(MetricError) {
        guard !relevances.isEmpty || !missed.isEmpty else { throw .empty }
        for (place, value) in (relevances + missed).enumerated() where !value.isFinite || value < 0 { throw .notFinite(row: place) }
        self.relevances = relevances
        self.missed = missed
    }

    /// Items with a score each, the highest first; equal scores are put in the order worst for the model, so that a constant
    /// score gains nothing.
    public init(scores: [Double], relevances: [Double]) throws(MetricError) {
        guard scores.count == relevances.count else {
            throw .lengths(expected: relevances.count, found: scores.count, of: "scores")
        }
        for row in scores.indices where !scores[row].isFinite { throw .notFinite(row: row) }
        let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : relevances[$0] < relevances[$1] }
        try self.init(relevances: order.map { relevances[$0] })
    }

    /// How many relevant items there are, placed or not.
    public var relevantCount: Int { relevances.count { $0 > 0 } + missed.count { $0 > 0 } }
}
