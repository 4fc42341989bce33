import Contracts
import Foundation
import Tables
import TestSupport
import Testing

@testable import DatasetService

@Suite("Reading a dataset", .serialized)
struct ReadTests {
    /// 90 rows, of which the first 45 are labeled.
    private static func fill(_ client: DatasetClient) async throws {
        try await client.committed(rows: Fixtures.rows(0..<90))
        try await client.committed(labels: (0..<45).map { LabelInput(rowId: "row-\($0)", label: .integer(Int64($0 % 3))) })
    }

    @Test("pages hold every row once, by split, by slice and by label")
    func rows() async throws {
        try await withShapes { client in
            try await Self.fill(client)
            let all = try await client.rows(2, limit: 7)
            let bySplit = try await Split.allCases.asyncMap { try await client.rows(2, "&split=\($0.rawValue)").count }

            #expect(all.count == 90)
            #expect(Set(all.map(\.id)).count == 90)
            #expect(bySplit.reduce(0, +) == 90)
            #expect(try await client.rows(2, "&slice=twos").count == 15)
            #expect(try await client.rows(2, "&slice=scanner-b", limit: 4).count == 30)
            #expect(try await client.rows(2, "&labeled=true").count == 45)
            #expect(try await client.rows(2, "&labeled=false&slice=scanner-b").count == 15)
            #expect(try await client.rows(1, "&slice=twos").isEmpty)
        }
    }

    @Test("needs are what the slices lack in train")
    func needs() async throws {
        try await withShapes { client in
            let before = try await client.get("/needs").decode(Page<DataNeed>.self)
            try await Self.fill(client)
            let after = try await client.get("/needs").decode(Page<DataNeed>.self)
            let rows = try await client.rows(2, "&split=train&labeled=true")

            #expect(before.items.map(\.missing) == [5, 2])
            #expect(after.items.map(\.slice) == ["twos", "scanner-b"])
            #expect(after.items[0].have == rows.count { $0.label == 2 })
            #expect(after.items[1].have == rows.count { $0.context["source"] == "b" })
            #expect(after.items[0].missing == max(0, 5 - after.items[0].have))
        }
    }

    @Test("statistics and checks say what is in a version")
    func statistics() async throws {
        try await withShapes { client in
            try await Self.fill(client)
            let statistics = try await client.get("/versions/2/statistics").json
            let checks = try await client.get("/versions/2/checks").decode(Page<DatasetCheck>.self).items
            let first = try await client.get("/versions/1/checks").decode(Page<DatasetCheck>.self).items

            #expect(statistics["rows"] == 90)
            #expect(statistics["labeled"] == 45)
            #expect(statistics["inputs"]?["pixels"]?["elements"] == 180)
            #expect(statistics["inputs"]?["pixels"]?["maximum"] == 1)
            #expect(statistics["inputs"]?["pixels"]?["minimum"] == 0)
            let sources = try #require(statistics["context"]?["source"]?.objectValue)
            #expect(sources.values.compactMap { $0["b"]?.integerValue }.reduce(0, +) == 30)
            #expect(statistics["slices"]?["twos"]?["rows"] == 15)
            #expect(Set(checks.map(\.name)) == ["schema", "leakage", "labels", "balance", "representation"])
            #expect(checks.first { $0.name == "balance" }?.verdict == .pass)
            #expect(first.first { $0.name == "labels" }?.verdict == .warn)
            #expect(first.allSatisfy { $0.verdict != .fail })
        }
    }

    @Test("a sample is every row of the filter once, in an order of its seed, and says how many there are")
    func sample() async throws {
        try await withShapes { client in
            try await Self.fill(client)
            let first = try await client.rows(2, "&labeled=true&sample=a", limit: 7).map(\.id)
            let again = try await client.rows(2, "&labeled=true&sample=a", limit: 1_000).map(\.id)
            let other = try await client.rows(2, "&labeled=true&sample=b").map(\.id)
            let page = try await client.get("/versions/2/rows?labeled=true&sample=a&limit=5")
            let next = try #require(page.decode(Page<DatasetRow>.self).nextPage)
            let second = try await client.get("/versions/2/rows?labeled=true&sample=a&limit=5&page=\(next)")

            #expect(first.count == 45 && first == again)
            #expect(Set(first) == Set(other) && first != other && first != first.sorted())
            #expect(page[header: "x-total-count"] == "45")
            #expect(second[header: "x-total-count"] == nil)
            #expect(try await client.get("/versions/2/rows?sample=").status == 400)
        }
    }

    @Test("what the engine's limits stop is told as such; a fault of ours stays one")
    func limits() async throws {
        for (kind, code) in [(TableError.Kind.memory, ProblemCode.unprocessable), (.timeLimit, .notReady), (.cancelled, .deadlineExceeded)]
        {
            let problem = await #expect(throws: Problem.self) {
                try await withTableLimits { throw TableError(kind, "Out of memory: 0x7f") }
            }
            #expect(problem?.code == code.name && problem?.detail?.contains("0x7f") != true)
        }
        await #expect(throws: TableError.self) { try await withTableLimits { throw TableError(.content, "a row has no digest") } }
    }

    private static let refused: [(tail: String, status: Int)] = [
        ("/versions/9", 404), ("/versions/x", 404), ("/versions/-1", 404),
        ("/versions/99999999999999999999/rows", 404), ("/versions/1/rows?split=dev", 400), ("/versions/1/rows?slice=none", 400),
        ("/versions/1/rows?labeled=maybe", 400), ("/versions/1/rows?page=zzz", 400), ("/versions/1/rows?limit=0", 400),
    ]

    @Test("what is not there is 404, what makes no sense is 400")
    func faults() async throws {
        try await withShapes { client in
            #expect(try await client.get("/versions/latest").status == 404)
            try await client.committed(rows: Fixtures.rows(0..<2))
            for (tail, status) in Self.refused {
                let answer = try await client.get(tail)

                #expect(answer.status == status, "\(answer.text)")
            }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async throws -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
