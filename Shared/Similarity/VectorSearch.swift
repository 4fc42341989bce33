import Contracts

/// Search for the nearest rows of some segments: every row is scored as it is kept, in 32 bits or 8, and the best and some more are scored
/// again by their floats in 64 bits. Of float32 vectors the search is exact; of int8 vectors nearly so, see ``int8Candidates``.
public struct VectorSearch: Sendable {
    /// A row that was found.
    public struct Match: Sendable, Hashable {
        public let id: String
        /// Inner product or cosine, higher is nearer; the squared distance for `euclidean`, smaller is nearer.
        public let score: Double
        public let columns: [String: JSONValue]
    }

    /// Most rows that one query may ask for.
    public static let mostMatches = 10_000
    /// Queries that are scored together: more would not speed the product up, and their scores would leave the cache.
    public static let mostQueries = 64
    /// Candidates beyond those asked for, so that rounding to 32 bits decides no order.
    static let spare = 32
    /// Candidates of int8 vectors for each match: the error of a byte is about a hundredth of the spread between the nearest rows.
    static let int8Candidates = 4

    let segments: [VectorSegment]
    private let deleted: [Set<Int>]

    /// - Parameters:
    ///   - segments: at least one, all of one layout.
    ///   - deleted: ids of rows that must not be found any more.
    public init(_ segments: [VectorSegment], deleted: Set<String> = []) throws(SimilarityFault) {
        guard let layout = segments.first?.layout, segments.allSatisfy({ $0.layout == layout }) else {
            throw SimilarityFault(.input, "an index must have segments of one layout")
        }
        self.segments = segments
        self.deleted = segments.map { Set($0.rows(withIDs: deleted)) }
    }

    public var layout: VectorLayout { segments[0].layout }
    /// Rows that can be found.
    public var rows: Int { segments.reduce(0) { $0 + $1.rows } - deleted.reduce(0) { $0 + $1.count } }

    /// The vector of a row that can be found; nil when there is none of the id.
    public func vector(of id: String) -> [Float]? {
        for (index, segment) in segments.enumerated() {
            if let row = segment.rows(withIDs: [id]).first(where: { !deleted[index].contains($0) }) { return segment.vector(row) }
        }
        return nil
    }

    /// The k nearest rows of each query, nearest first; of equal ones the row that was written first. Fewer where there are fewer.
    ///
    /// - Parameters:
    ///   - filter: rows that are taken. It is asked only of rows that would be kept.
    ///   - without: the id of a row that is not wanted, as the one that a search starts from.
    public func nearest(
        _ queries: [[Float]], k: Int, filter: ColumnFilter? = nil, without: String? = nil
    ) throws(SimilarityFault) -> [[Match]] {
        guard (1...Self.mostMatches).contains(k) else { throw SimilarityFault(.input, "k must be from 1 to \(Self.mostMatches), not \(k)") }
        for (index, query) in queries.enumerated() { try layout.check(query, "query \(index)") }
        let prepared = queries.map(layout.prepared)
        let skipped = without.map { id in segments.map { Set($0.rows(withIDs: [id])) } }
        var found: [[Match]] = []
        for start in stride(from: 0, to: prepared.count, by: Self.mostQueries) {
            let part = Array(prepared[start..<min(start + Self.mostQueries, prepared.count)])
            let wanted = layout.storage == .int8 ? k * Self.int8Candidates : k
            let best = scan(part, keeping: wanted + Self.spare, filter, skipped)
            found += zip(part, best).map { matches($0, $1, k) }
        }
        return found
    }

    /// Candidates of each query: position over all segments and key.
    private func scan(_ queries: [[Float]], keeping: Int, _ filter: ColumnFilter?, _ skipped: [Set<Int>]?) -> [NearestRows] {
        var best = queries.map { _ in NearestRows(capacity: keeping) }
        var scores = BlockScores(queries, layout: layout)
        var first = 0
        for (index, segment) in segments.enumerated() {
            for block in segment.blocks {
                scores.compute(block, of: segment.data)
                var verdicts = RowVerdicts(
                    segment: segment, block: block, filter: filter, deleted: deleted[index], skipped: skipped?[index] ?? [])
                for query in queries.indices { pick(query, scores.keys, block, first + block.first, &verdicts, &best[query]) }
            }
            first += segment.rows
        }
        return best
    }

    private func pick(
        _ query: Int, _ keys: [Float], _ block: VectorBlock, _ first: Int, _ verdicts: inout RowVerdicts, _ best: inout NearestRows
    ) {
        keys.withUnsafeBufferPointer { keys in
            let start = query * block.rows
            for row in 0..<block.rows where best.takes(keys[start + row]) {
                if verdicts.takes(row) { best.add(NearestRows.Entry(key: keys[start + row], row: first + row)) }
            }
        }
    }

    /// The best candidates by their scores in 64 bits.
    private func matches(_ query: [Float], _ candidates: NearestRows, _ k: Int) -> [Match] {
        let scored = candidates.heap.map { entry in
            let (segment, row) = place(entry.row)
            return (score: score(query, segment.vector(row)), position: entry.row, segment: segment, row: row)
        }
        let isDistance = layout.metric == .euclidean
        return scored.sorted { one, other in
            if one.score != other.score { return isDistance ? one.score < other.score : one.score > other.score }
            return one.position < other.position
        }.prefix(k).map { Match(id: $0.segment.id($0.row), score: $0.score, columns: $0.segment.columns($0.row)) }
    }

    private func place(_ position: Int) -> (VectorSegment, Int) {
        var row = position
        for segment in segments {
            if row < segment.rows { return (segment, row) }
            row -= segment.rows
        }
        return (segments[0], 0)
    }

    private func score(_ query: [Float], _ vector: [Float]) -> Double {
        if layout.metric == .euclidean {
            return zip(query, vector).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
        }
        return zip(query, vector).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
