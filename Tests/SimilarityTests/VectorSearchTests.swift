import Contracts
import Foundation
import Similarity
import Slices
import Statistics
import Testing

@Suite("Search for the nearest rows")
struct VectorSearchTests {
    @Test("every metric agrees with brute force in doubles, over several segments and blocks", arguments: IndexSpec.Metric.allCases)
    func bruteForceAgrees(_ metric: IndexSpec.Metric) throws {
        let scratch = try Scratch()
        let vectors = randomVectors(2500, 17, seed: 1)
        let first = try scratch.segment(Array(vectors[..<1500]), metric, prefix: "r")
        let second = try scratch.segment(Array(vectors[1500...]), metric, prefix: "s")
        let search = try VectorSearch([try VectorSegment(file: first.file), try VectorSegment(file: second.file)])
        let queries = randomVectors(70, 17, seed: 2)

        let found = try search.nearest(queries, k: 12)

        #expect(search.rows == 2500)
        for (query, matches) in zip(queries, found) {
            let expected = bruteForce(query, vectors, metric, k: 12)
            #expect(matches.map(\.id) == expected.map { $0.row < 1500 ? "r\($0.row)" : "s\($0.row - 1500)" })
            for (match, truth) in zip(matches, expected) { #expect(abs(match.score - truth.score) < 1e-5 * max(1, abs(truth.score))) }
        }
        #expect(try search.nearest([queries[3]], k: 12)[0].map(\.id) == found[3].map(\.id))
    }

    @Test("of equal rows the first written comes first; k beyond the rows gives them all; k out of range is refused")
    func ties() throws {
        let scratch = try Scratch()
        let same = [[Float]](repeating: [1, 2], count: 60)
        let search = try VectorSearch([try VectorSegment(file: try scratch.segment(same).file)])

        #expect(try search.nearest([[1, 1]], k: 5)[0].map(\.id) == (0..<5).map { "r\($0)" })
        #expect(try search.nearest([[1, 1]], k: 100)[0].count == 60)
        #expect(throws: SimilarityFault.self) { try search.nearest([[1, 1]], k: 0) }
        #expect(throws: SimilarityFault.self) { try search.nearest([[1, 1]], k: VectorSearch.mostMatches + 1) }
        #expect(try search.nearest([], k: 1).isEmpty)
    }

    @Test("an index of no rows finds none")
    func empty() throws {
        let scratch = try Scratch()
        let search = try VectorSearch([try VectorSegment(file: try scratch.segment([]).file)])

        #expect(search.rows == 0)
        #expect(try search.nearest([[1, 2, 3, 4]], k: 3) == [[]])
        #expect(throws: SimilarityFault.self) { try VectorSearch([]) }
    }

    @Test("a filter leaves the nearest of the rows that it is true of", arguments: [50, 1500])
    func filter(_ rows: Int) throws {
        let scratch = try Scratch()
        let vectors = randomVectors(rows, 8, seed: 3)
        let values: (Int) -> [JSONValue?] = { index in
            [
                .string(index % 7 == 0 ? "lab" : "field"), index % 5 == 0 ? nil : .integer(Int64(index)),
                index % 2 == 0 ? .null : .bool(true),
            ]
        }
        let file = try scratch.segment(vectors, columns: ["source", "n", "odd"], values: values).file
        let search = try VectorSearch([try VectorSegment(file: file)])
        let query = randomVectors(1, 8, seed: 4)
        func ids(_ text: String, k: Int = 10) throws -> [String] {
            let filter = try ColumnFilter(try SlicePredicate(text), columns: search.layout.columns)
            return try search.nearest(query, k: k, filter: filter)[0].map(\.id)
        }
        func expected(_ takes: (Int) -> Bool) -> [String] {
            bruteForce(query[0], vectors, .innerProduct, k: rows).filter { takes($0.row) }.prefix(10).map { "r\($0.row)" }
        }

        #expect(try ids("context.source = 'lab'") == expected { $0 % 7 == 0 })
        #expect(try ids("context.n >= 20 AND context.source = 'field'") == expected { $0 >= 20 && $0 % 5 != 0 && $0 % 7 != 0 })
        #expect(try ids("context.odd IS NULL") == expected { $0 % 2 == 0 })
        #expect(try ids("context.source = 'nowhere'").isEmpty)
        #expect(throws: SimilarityFault.self) { try ids("context.other = 1") }
        #expect(throws: SimilarityFault.self) { try ids("label = 1") }
        let first = try #require(try search.nearest(query, k: 1)[0].first)
        let row = try #require(Int(first.id.dropFirst()))
        #expect(first.columns["source"] == values(row)[0])
        #expect(first.columns["n"] == values(row)[1])
    }

    @Test("deleted rows are not found, and a search from a row leaves the row itself out")
    func deleted() throws {
        let scratch = try Scratch()
        let vectors = randomVectors(40, 6, seed: 5)
        let segment = try VectorSegment(file: try scratch.segment(vectors, .cosine).file)
        let whole = try VectorSearch([segment])
        let nearest = try whole.nearest([vectors[7]], k: 3)[0].map(\.id)

        let search = try VectorSearch([segment], deleted: [nearest[1], "unknown"])

        #expect(nearest[0] == "r7")
        #expect(search.rows == 39)
        #expect(try search.nearest([vectors[7]], k: 2)[0].map(\.id) == [nearest[0], nearest[2]])
        #expect(try search.nearest([vectors[7]], k: 1, without: "r7")[0].map(\.id) == [nearest[2]])
        #expect(search.vector(of: nearest[1]) == nil)
        #expect(search.vector(of: "r7") != nil)
    }

    @Test("int8 finds what float32 finds, scored by the floats", arguments: IndexSpec.Metric.allCases)
    func int8(_ metric: IndexSpec.Metric) throws {
        let scratch = try Scratch()
        let vectors = randomVectors(3000, 64, seed: 6)
        let exact = try VectorSearch([try VectorSegment(file: try scratch.segment(vectors, metric).file)])
        let small = try VectorSegment(file: try scratch.segment(vectors, metric, .int8).file)
        let queries = randomVectors(50, 64, seed: 7)

        let found = try VectorSearch([small]).nearest(queries, k: 10)

        let truth = try exact.nearest(queries, k: 10)
        #expect(recall(found, truth) >= 0.999)
        // Scores are those of the vectors as they were given, so equal rows have equal scores.
        for (matches, expected) in zip(found, truth) where matches.map(\.id) == expected.map(\.id) {
            #expect(matches.map(\.score) == expected.map(\.score))
        }
        let brute = bruteForce(queries[0], vectors, metric, k: 10)
        for (match, expected) in zip(found[0], brute) { #expect(abs(match.score - expected.score) < 1e-5 * max(1, abs(expected.score))) }
        if metric != .cosine { #expect((0..<3000).allSatisfy { small.vector($0) == vectors[$0] }) }
    }

    @Test("rows closer to each other than a byte can tell are told apart by their floats")
    func rescoring() throws {
        let scratch = try Scratch()
        // One large number sets the scale: what tells these rows apart is a tenth of a step of their bytes.
        let near = (0..<100).map { [Float(100), 1 + Float($0) * 0.0005, 0] }
        let far = randomVectors(2000, 2, seed: 8).map { [Float(50)] + $0 }
        let search = try VectorSearch([try VectorSegment(file: try scratch.segment(near + far, .euclidean, .int8).file)])

        let found = try search.nearest([[100, 1.0201, 0]], k: 10)[0].map(\.id)

        #expect(found == bruteForce([100, 1.0201, 0], near + far, .euclidean, k: 10).map { "r\($0.row)" })
    }

    /// Matches of the truth that were found, as a share.
    private func recall(_ found: [[VectorSearch.Match]], _ truth: [[VectorSearch.Match]]) -> Double {
        let shared = zip(found, truth).reduce(0) { $0 + Set($1.0.map(\.id)).intersection($1.1.map(\.id)).count }
        return Double(shared) / Double(truth.reduce(0) { $0 + $1.count })
    }

    @Test("a query of another size, or not finite, is refused by its position")
    func queries() throws {
        let scratch = try Scratch()
        let search = try VectorSearch([try VectorSegment(file: try scratch.segment([[1, 2]]).file)])

        let size = #expect(throws: SimilarityFault.self) { try search.nearest([[1, 2], [1]], k: 1) }
        #expect(size?.description == "query 1 must have 2 numbers, not 1")
        #expect(throws: SimilarityFault.self) { try search.nearest([[.nan, 2]], k: 1) }
        #expect(throws: SimilarityFault.self) { try search.nearest([[.infinity, 2]], k: 1) }
    }
}
