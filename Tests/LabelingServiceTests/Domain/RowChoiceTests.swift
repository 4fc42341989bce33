import Contracts
import Slices
import Statistics
import Testing

@testable import LabelingService

@Suite("Row choice")
struct RowChoiceTests {
    private func choice(
        _ method: Selection.Method, split: String? = nil, predicate: String? = nil, slice: String? = nil
    ) throws -> RowChoice {
        RowChoice(
            request: LabelRequest(count: 5, method: method, slice: slice, split: split, reason: "more"),
            predicate: try predicate.map { try SlicePredicate($0) }, random: 0.2)
    }

    /// Rows that one draw of a part gives, pages of seven.
    private func drawn(
        _ choice: RowChoice, _ rows: [DatasetRow], count: Int, total: Int? = nil, without busy: Set<String> = [],
        scores: [String: RowScore] = [:]
    ) -> [ChosenRow] {
        var draw = RowDraw(choice, count: count, total: total ?? rows.count)
        for start in stride(from: 0, to: rows.count, by: 7) {
            draw.look(at: Array(rows[start..<min(start + 7, rows.count)]), without: busy, scores: scores)
        }
        return draw.chosen()
    }

    @Test("unlabeled rows come before labeled ones; a slice takes train rows alone, and the dataset tells it where no label is in it")
    func parts() throws {
        let plain = try Slice(name: "b", where: SlicePredicate("context.source = 'b'"))
        let labeled = try Slice(name: "twos", where: SlicePredicate("label = 2"), live: SlicePredicate("prediction.label = 2"))

        #expect(
            try choice(.random, split: "test").parts(nil)
                == [DatasetPart(split: "test", isLabeled: false), DatasetPart(split: "test", isLabeled: true)])
        #expect(
            try choice(.slice, split: "test", predicate: "context.source = 'b'", slice: "b").parts(plain).allSatisfy {
                $0.split == "train" && $0.slice == "b"
            })
        #expect(try choice(.slice, predicate: "prediction.label = 2", slice: "twos").parts(labeled).allSatisfy { $0.slice == nil })
    }

    @Test("a random draw takes the first rows of the order, without busy ones, and each keeps its chance")
    func random() throws {
        let rows = (0..<20).map { Fixtures.row($0) }

        let chosen = drawn(try choice(.random), rows, count: 5)
        #expect(chosen.map(\.row.id) == (0..<5).map { "row-\($0)" })
        #expect(chosen.allSatisfy { $0.selection == Selection(method: .random, probability: 0.25, reason: "more") })
        // Of a part of 100, 20 were looked at, of which 15 are free: 75 are, by that.
        let busy = drawn(try choice(.random), rows, count: 5, total: 100, without: Set((0..<5).map { "row-\($0)" }))
        #expect(busy.map(\.row.id) == (5..<10).map { "row-\($0)" })
        #expect(busy.allSatisfy { abs(($0.selection.probability ?? 0) - 5 / 75.0) < 1e-12 })
        // All that are free: no chance was in it.
        #expect(drawn(try choice(.random), rows, count: 50, without: ["row-3"]).allSatisfy { $0.selection.probability == 1 })
    }

    @Test("weights by the probability that is told count the rows of a slice without bias")
    func chances() throws {
        let rows = (0..<40).map { Fixtures.row($0, source: $0 % 4 == 0 ? "b" : "a") }
        let slice = try choice(.slice, predicate: "context.source = 'b'", slice: "s")
        var (taken, told) = (0, 0.0)
        for seed in 0..<2_000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var shuffled = rows
            generator.shuffle(&shuffled)
            let chosen = drawn(slice, Array(shuffled.prefix(20)), count: 2, total: 40)
            taken += chosen.count
            told += chosen.reduce(0) { $0 + 1 / ($1.selection.probability ?? 1) }
        }

        // Ten rows are in the slice. One draw's sum of weights deviates by about 2.8, the mean of 2,000 by 0.06: five of them either way.
        #expect(taken > 3_900)
        #expect(abs(told / 2_000 - 10) < 0.3, "\(told / 2_000)")
        // All looked at: exact.
        #expect(drawn(slice, rows, count: 4).allSatisfy { $0.selection.probability == 0.4 })
    }

    @Test("the least certain rows are chosen, and a share at random of the others")
    func uncertainty() throws {
        let rows = (0..<20).map { Fixtures.row($0) }
        let scores = Dictionary(rows.map { ($0.id, RowScore(outputs: [:], uncertainty: Double($0.id.dropFirst(4)) ?? 0)) }) { $1 }

        let chosen = drawn(try choice(.uncertainty), rows, count: 5, total: 40, scores: scores)

        let uncertain = chosen.filter { $0.selection.method == .uncertainty }
        let random = chosen.filter { $0.selection.method == .random }
        #expect(uncertain.map(\.row.id) == ["row-19", "row-18", "row-17", "row-16"])
        #expect(uncertain.allSatisfy { $0.selection.probability == 0.5 })
        #expect(random.map(\.row.id) == ["row-0"] && random[0].selection.probability == 0.5 / 16)
    }

    @Test("a slice takes the rows whose predicted label is in it")
    func slice() throws {
        let rows = (0..<9).map { Fixtures.row($0, source: $0 < 6 ? "a" : "b") }
        let scores = Dictionary(
            rows.map { ($0.id, RowScore(outputs: ["label": .integer(Int64($0.id.suffix(1)) ?? 0)], uncertainty: 0)) }
        ) { $1 }

        let predicted = try choice(.slice, predicate: "prediction.label >= 5 AND context.source = 'b'", slice: "s")
        #expect(predicted.needsScores)
        #expect(drawn(predicted, rows, count: 9, scores: scores).map(\.row.id) == ["row-6", "row-7", "row-8"])

        let plain = try choice(.slice, predicate: "context.source = 'b'", slice: "s")
        #expect(!plain.needsScores)
        #expect(
            drawn(plain, rows, count: 2).allSatisfy { $0.selection == Selection(method: .slice, probability: 2.0 / 3, reason: "s") })

        // A label that is not known yet puts no row into a slice.
        #expect(drawn(try choice(.slice, predicate: "label = 2", slice: "s"), rows, count: 9).isEmpty)
    }

    @Test(
        "a request that asks for what cannot be is refused by field",
        arguments: [
            (LabelRequest(count: 0, method: .all, reason: "r"), ["count"]),
            (LabelRequest(count: 1, method: .alarm, reason: ""), ["method", "reason"]),
            (LabelRequest(count: 1, method: .slice, reason: "r"), ["slice"]),
            (LabelRequest(count: 1, method: .slice, slice: "nines", split: "test", reason: "r"), ["slice", "split"]),
            (LabelRequest(count: 1, method: .uncertainty, split: "test", reason: "r"), ["split"]),
            (LabelRequest(count: 1, method: .random, slice: "twos", split: "holdout", reason: "r"), ["slice", "split"]),
            (LabelRequest(count: 1, method: .uncertainty, version: 0, reason: "r"), ["version"]),
        ])
    func faults(request: LabelRequest, fields: [String]) {
        #expect(request.faults(slices: ["twos"]).map(\.field) == fields)
    }
}
