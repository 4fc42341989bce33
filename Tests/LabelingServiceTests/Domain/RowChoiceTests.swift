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

    @Test("unlabeled rows of the split come before labeled ones, busy ones not at all")
    func tiers() throws {
        let rows = [
            Fixtures.row(1, label: 1), Fixtures.row(2), Fixtures.row(3, split: "test"), Fixtures.row(4),
            Fixtures.row(5, split: "validation"),
        ]

        let train = try choice(.random, split: "train").tiers(rows, without: ["row-4"])
        #expect(train.map { $0.map(\.id) } == [["row-2"], ["row-1"]])
        #expect(try choice(.all).tiers(rows, without: [])[0].count == 4)
        // Whatever is asked, a slice takes train rows alone.
        #expect(try choice(.slice, split: "test").tiers(rows, without: [])[0].map(\.split) == ["train", "train"])
    }

    @Test("a random draw is without repetition and each row keeps its chance")
    func random() throws {
        let rows = (0..<20).map { Fixtures.row($0) }
        var generator = SeededGenerator(seed: 1)

        let chosen = try choice(.random).choose(rows, scores: [:], count: 5, generator: &generator)

        #expect(Set(chosen.map(\.row.id)).count == 5)
        #expect(chosen.allSatisfy { $0.selection == Selection(method: .random, probability: 0.25, reason: "more") })
    }

    @Test("every row is drawn as often as its chance says")
    func chances() throws {
        let rows = (0..<10).map { Fixtures.row($0) }
        let draw = try choice(.random)
        var counts: [String: Int] = [:]
        for seed in 0..<2_000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            for row in draw.choose(rows, scores: [:], count: 3, generator: &generator) { counts[row.row.id, default: 0] += 1 }
        }

        // 2,000 draws at 0.3: mean 600, standard deviation 20.5; five of them either way.
        #expect(counts.count == 10 && counts.values.allSatisfy { abs($0 - 600) < 103 })
    }

    @Test("the least certain rows are chosen, and a share at random of the others")
    func uncertainty() throws {
        let rows = (0..<20).map { Fixtures.row($0) }
        let scores = Dictionary(rows.map { ($0.id, RowScore(outputs: [:], uncertainty: Double($0.id.dropFirst(4)) ?? 0)) }) { $1 }
        var generator = SeededGenerator(seed: 3)

        let chosen = try choice(.uncertainty).choose(rows, scores: scores, count: 5, generator: &generator)

        let uncertain = chosen.filter { $0.selection.method == .uncertainty }
        let random = chosen.filter { $0.selection.method == .random }
        #expect(uncertain.map(\.row.id) == ["row-19", "row-18", "row-17", "row-16"])
        #expect(random.count == 1 && random[0].selection.probability == 1.0 / 16)
    }

    @Test("a slice takes the rows whose predicted label is in it")
    func slice() throws {
        let rows = (0..<9).map { Fixtures.row($0, source: $0 < 6 ? "a" : "b") }
        let scores = Dictionary(
            rows.map { ($0.id, RowScore(outputs: ["label": .integer(Int64($0.id.suffix(1)) ?? 0)], uncertainty: 0)) }
        ) { $1 }
        var generator = SeededGenerator(seed: 5)

        let predicted = try choice(.slice, predicate: "prediction.label >= 5 AND context.source = 'b'", slice: "s")
        #expect(predicted.needsScores)
        #expect(Set(predicted.choose(rows, scores: scores, count: 9, generator: &generator).map(\.row.id)) == ["row-6", "row-7", "row-8"])

        let plain = try choice(.slice, predicate: "context.source = 'b'", slice: "s")
        #expect(!plain.needsScores)
        let some = plain.choose(rows, scores: [:], count: 2, generator: &generator)
        #expect(some.allSatisfy { $0.selection == Selection(method: .slice, probability: 2.0 / 3, reason: "s") })

        // A label that is not known yet puts no row into a slice.
        #expect(try choice(.slice, predicate: "label = 2", slice: "s").choose(rows, scores: [:], count: 9, generator: &generator).isEmpty)
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
