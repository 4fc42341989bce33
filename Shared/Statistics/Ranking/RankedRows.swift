/// The rankings of a model, one a query; a query is the unit that is resampled and sliced.
public struct RankedRows: Sendable, Equatable {
    public let queries: [RankedQuery]

    public var count: Int { queries.count }

    /// At least one query.
    public init(_ queries: [RankedQuery]) throws(MetricError) {
        guard !queries.isEmpty else { throw .empty }
        self.queries = queries
    }

    /// The queries of a slice.
    public func picking(_ rows: [Int]) throws(MetricError) -> RankedRows {
        try RankedRows(rows.map { queries[$0] })
    }
}
