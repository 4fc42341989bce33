import Contracts
import Slices
import Testing

@Suite("Slices of single rows")
struct SliceEvaluationTests {
    private static let row: [SliceField: JSONValue] = [
        .label: 8,
        SliceField(.context, "source"): "b",
        SliceField(.context, "empty"): .null,
        SliceField(.context, "new"): true,
        SliceField(.context, "accented"): "e\u{301}",
        SliceField(.context, "big"): 9_007_199_254_740_993,
        SliceField(.context, "object"): ["a": 1],
        SliceField(.input, "x"): 0.5,
        SliceField(.input, "nan"): .number(.nan),
        SliceField(.input, "pixels"): [[1, 2], [3, 4]],
    ]

    @Test(
        "a predicate is true, false or unknown",
        arguments: [
            ("label = 8", Truth.true), ("label != 8", .false), ("label >= 8.0", .true), ("label < 7.5", .false), ("label <> 9", .true),
            ("label IN (1, 8)", .true), ("label NOT IN (1, 8)", .false), ("label BETWEEN 8 AND 9", .true),
            ("label NOT BETWEEN 8 AND 9", .false),
            ("context.source = 'b'", .true), ("context.source < 'ba'", .true), ("context.source > 'B'", .true),
            ("context.new = TRUE", .true), ("context.new > FALSE", .true),
            ("label = '8'", .unknown), ("context.source = 8", .unknown), ("context.new = 1", .unknown), ("context.object = 'a'", .unknown),
            ("label IN ('8', 8)", .true), ("label IN ('8', 9)", .unknown),
            ("prediction.label = 8", .unknown), ("NOT prediction.label = 8", .unknown), ("prediction.label IS NULL", .unknown),
            ("context.empty = 1", .unknown), ("context.empty IS NULL", .true), ("context.empty IS NOT NULL", .false),
            ("label IS NULL", .false),
            ("prediction.label = 8 OR label = 8", .true), ("prediction.label = 8 AND label = 9", .false),
            ("prediction.label = 8 AND label = 8", .unknown), ("prediction.label = 8 OR label = 9", .unknown),
            ("context.empty BETWEEN 1 AND 2", .unknown),
            ("context.accented = 'é'", .false),  // not the same bytes
            ("context.big = 9007199254740993", .true), ("context.big = 9007199254740992", .false),
            ("context.big = 9007199254740992.5", .true),
            ("input.x = 0.5", .true), ("input.nan = 0", .unknown), ("input.nan IS NULL", .false),
            ("input.pixels[2] = 3", .true), ("input.pixels[4] IS NULL", .true), ("input.pixels[4] = 1", .unknown),
            ("input.pixels = 1", .unknown),
        ])
    func evaluation(text: String, expected: Truth) throws {
        let predicate = try SlicePredicate(text)

        let answer = predicate.evaluate { Self.row[$0] ?? Self.row[$0.whole] }

        #expect(answer == expected)
    }

    @Test("the logic is Kleene's")
    func logic() {
        let all: [Truth] = [.true, .false, .unknown]
        func rank(_ truth: Truth) -> Int { truth == .true ? 2 : truth == .unknown ? 1 : 0 }

        for left in all {
            #expect(rank(!left) == 2 - rank(left))
            for right in all {
                #expect(rank(left && right) == min(rank(left), rank(right)))
                #expect(rank(left || right) == max(rank(left), rank(right)))
            }
        }
    }

    @Test("a manifest's slices are checked against its interface, every fault at once")
    func faults() {
        let interface = Interface(
            inputs: [.init(name: "pixels", datatype: "FP32", shape: [-1, 64]), .init(name: "age", datatype: "FP32", shape: [-1, 1])],
            outputs: [.init(name: "label", datatype: "INT64", shape: [-1])], context: [.init(name: "source", datatype: "BYTES")])
        let specs = [
            SliceSpec(name: "sound", where: "label = 8 AND input.pixels[63] > 0 AND input.age > 3", live: "prediction.label = 8"),
            SliceSpec(name: "torn", where: "label =", live: "context.colour = 'red' OR prediction.score > 1"),
            SliceSpec(name: "outside", where: "input.pixels[64] = 0 OR input.pixels = 0 OR input.weight = 0"),
        ]

        let faults = SliceSet.faults(of: specs, interface: interface)

        #expect(
            faults.map(\.field) == [
                "slices[1].where", "slices[1].live", "slices[1].live", "slices[2].where", "slices[2].where", "slices[2].where",
            ])
        #expect(
            faults.map(\.expected) == [
                "a slice predicate; at position 8 a number, a text in single quotes, TRUE or FALSE, not the end",
                "a context field of the interface, not context.colour", "an output of the interface, not prediction.score",
                "a position below 64, not input.pixels[64]", "an element, as input.pixels[0], not input.pixels",
                "an input of the interface, not input.weight",
            ])
    }

    @Test("a slice without a live form uses its only one")
    func liveForm() throws {
        let set = try SliceSet([
            SliceSpec(name: "eights", where: "label = 8", live: "prediction.label = 8"),
            SliceSpec(name: "b", where: "context.source = 'b'"),
        ])

        #expect(set.names == ["eights", "b"])
        #expect(set["eights"]?.live.description == "prediction.label = 8")
        #expect(set["b"]?.live == set["b"]?.where)
        #expect(set["c"] == nil)
    }
}
