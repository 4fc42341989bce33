import Contracts
import Foundation
import Statistics
import TestSupport
import Testing

@testable import Evaluation

@Suite("Rows of a report")
struct SuiteRowsTests {
    private func rows(_ pairs: [(label: Int, said: Int)], ids: [Int]? = nil) throws -> SuiteRows {
        var sample = scored(pairs, source: { $0 % 2 == 0 ? "b" : "a" })
        if let ids { for index in ids.indices { sample.rows[index].id = "row-\(ids[index])" } }
        let suite = try TestSuite(try manifest(tests: []))
        return SuiteRows(
            try Subject(
                suite: suite, material: SuiteMaterial(rows: sample.rows), rows: sample.rows, candidate: sample.predictions, rivals: [:]))
    }

    private func report(_ id: String, _ verdicts: [(String, TestResult.Verdict)]) -> SuiteReport {
        SuiteReport(
            id: id, capability: "shapes", model: Digest(of: []), version: 1, manifestRevision: 1,
            dataset: DatasetReference(name: "shapes", version: 1), champion: nil, startedAt: .now, seconds: 0,
            results: verdicts.map { TestResult(name: $0.0, kind: "metric", verdict: $0.1, blocking: true, rows: 1, message: "") })
    }

    private func drawn(_ count: Int, _ generator: inout SeededGenerator) -> [(label: Int, said: Int)] {
        (0..<count).map { _ in (generator.index(below: 3), generator.index(below: 3)) }
    }

    @Test("the blob gives the rows back, whatever they are", arguments: [0, 1, 7, 400])
    func roundTrip(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let written = try rows(drawn(count, &generator))

        let read = try SuiteRows(bytes: written.bytes())

        #expect(read == written)
        #expect(read.split == written.split)
        #expect(read.rows.map(\.id) == read.rows.map(\.id).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test("the same rows in another order are the same bytes; ids and places are all that a row costs")
    func order() throws {
        var generator = SeededGenerator(seed: 3)
        let pairs = drawn(300, &generator)
        var ids = Array(0..<300)
        generator.shuffle(&ids)
        // Sources go by position, so that a row keeps its own only where positions and ids have the same parity.
        let even = ids.filter { $0 % 2 == 0 }
        let odd = ids.filter { $0 % 2 == 1 }
        let mixed = zip(even, odd).flatMap { [$0, $1] }

        let straight = try rows(pairs).bytes()
        let turned = try rows(mixed.map { pairs[$0] }, ids: mixed).bytes()

        #expect(straight == turned)
        #expect(straight.count < 300 * 12)
    }

    @Test("another label is another split; another answer is not")
    func split() throws {
        let one = try rows([(0, 0), (1, 1)])

        #expect(try rows([(0, 2), (1, 1)]).split == one.split)
        #expect(try rows([(0, 0), (2, 1)]).split != one.split)
    }

    @Test("bytes that were cut or changed are refused or read as other rows, and never trap")
    func damaged() throws {
        var generator = SeededGenerator(seed: 5)
        let bytes = try rows(drawn(40, &generator)).bytes()
        let whole = try SuiteRows(bytes: bytes)

        for end in 0..<bytes.count { #expect(throws: EvaluationError.self) { try SuiteRows(bytes: Array(bytes[..<end])) } }
        #expect(throws: EvaluationError.self) { try SuiteRows(bytes: bytes + [0]) }
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= UInt8(1 << generator.index(below: 8))
            #expect((try? SuiteRows(bytes: changed)) != whole, "byte \(place)")
        }
    }

    @Test("flips are those that a plain loop finds, of all rows and of each slice")
    func flips() throws {
        var generator = SeededGenerator(seed: 7)
        let before = drawn(500, &generator)
        let after = before.map { pair in (label: pair.label, said: generator.index(below: 3)) }

        let found = SuiteComparison(report("1", []), try rows(before), report("2", []), try rows(after))

        let broken = before.indices.filter { before[$0].label == before[$0].said && after[$0].label != after[$0].said }
        let mended = before.indices.filter { before[$0].label != before[$0].said && after[$0].label == after[$0].said }
        #expect(Set(found.broken.map(\.id)) == Set(broken.map { "row-\($0)" }))
        #expect(Set(found.mended.map(\.id)) == Set(mended.map { "row-\($0)" }))
        #expect(found.isSameSplit && found.onlyBefore == 0 && found.onlyAfter == 0)
        let all = try #require(found.groups.first)
        #expect(all.slice == nil && all.rows == 500 && all.broken == broken.count && all.mended == mended.count)
        #expect(all.pValue == McNemarTest(onlyFirst: broken.count, onlySecond: mended.count).midPValue)
        let twos = try #require(found.groups.first { $0.slice == "twos" })
        #expect(twos.broken == broken.count { before[$0].label == 2 } && twos.mended == mended.count { before[$0].label == 2 })
        #expect(
            found.groups.dropFirst().map { $0.broken + $0.mended } == found.groups.dropFirst().map { $0.broken + $0.mended }.sorted(by: >))
        #expect(found.broken.first { $0.id == "row-\(broken[0])" }?.before == .integer(Int64(before[broken[0]].said)))
    }

    @Test("rows that are in one report only, or have another label, are counted and not compared")
    func otherRows() throws {
        let before = try rows([(0, 0), (1, 1), (2, 2)], ids: [1, 2, 3])
        let after = try rows([(1, 0), (2, 0), (0, 0)], ids: [2, 3, 4])
        var relabeled = after.rows
        relabeled[0] = SuiteRows.Row(id: "row-2", label: 0, answer: 0, slices: [], isRight: true)

        let found = SuiteComparison(
            report("1", [("a", .pass), ("old", .fail)]), before, report("2", [("a", .fail), ("new", .pass)]),
            SuiteRows(slices: after.slices, rows: relabeled))

        #expect(!found.isSameSplit && found.onlyBefore == 2 && found.onlyAfter == 2)
        #expect(found.broken.map(\.id) == ["row-3"] && found.mended.isEmpty)
        #expect(found.tests.map(\.test) == ["a", "new", "old"])
        #expect(
            found.tests[0].before == .pass && found.tests[0].after == .fail && found.tests[1].before == nil && found.tests[2].after == nil)
    }
}
