import Contracts
import Foundation
import Testing

@testable import DatasetService

@Suite("Rules for rows")
struct RowRulesTests {
    private static let rules = RowRules(
        interface: Interface(
            inputs: [
                .init(name: "image", datatype: "FP32", shape: [-1, 2, 2]), .init(name: "age", datatype: "UINT8", shape: [-1, 1]),
                .init(name: "words", datatype: "BYTES", shape: [-1, -1]),
            ], outputs: []))

    private func checked(_ image: JSONValue, _ age: JSONValue, _ words: JSONValue = []) throws -> CheckedRow {
        try Self.rules.checked([(RowInput(input: ["image": image, "age": age, "words": words]), "")])[0]
    }

    @Test("a row has one form, however its lists are nested and its numbers are written")
    func form() throws {
        let nested = try checked([[1, 2.0], [3, 4.5]], [40.0], ["a"])
        let flat = try checked([1.0, 2, 3, 4.5], 40, ["a"])

        #expect(nested == flat)
        #expect(nested.input == ["image": [1, 2, 3, 4.5], "age": 40, "words": ["a"]])
        #expect(nested.id == flat.id)
    }

    @Test(
        "what does not fit is told by its place",
        arguments: [
            (#"{"image":[1,2,3],"age":1,"words":[]}"#, "input.image"), (#"{"image":[1,2,3,"x"],"age":1,"words":[]}"#, "input.image[3]"),
            (#"{"image":[1,2,3,4],"age":256,"words":[]}"#, "input.age"), (#"{"image":[1,2,3,4],"age":1.5,"words":[]}"#, "input.age"),
            (#"{"image":[1,2,3,4],"age":[1,2],"words":[]}"#, "input.age"), (#"{"image":[1,2,3,4],"age":1,"words":[1]}"#, "input.words[0]"),
            (#"{"image":[1,2,3,4],"age":1}"#, "input.words"), (#"{"image":[1,2,3,null],"age":1,"words":[]}"#, "input.image[3]"),
        ])
    func misfits(input: String, field: String) throws {
        let input = try #require(try RowJSON.value(Array(input.utf8)).objectValue)
        let problem = #expect(throws: Problem.self) { try Self.rules.checked([(RowInput(input: input), "rows[4].")]) }

        #expect(problem?.errors?.first?.field == "rows[4]." + field)
        #expect(problem?.code == "dataset.row_invalid")
    }

    @Test("at most twenty faults are told at once")
    func mostFaults() {
        let rows = (0..<500).map { _ in (row: RowInput(input: [:]), place: "") }
        let problem = #expect(throws: Problem.self) { try Self.rules.checked(rows) }

        #expect(problem?.errors?.count == 20)
    }

    @Test("the assignment follows the frozen hash", arguments: 0..<5)
    func assignment(seed: Int) throws {
        let rows = try RowRules(interface: nil).checked(
            (0..<200).map { (RowInput(id: "r\(seed)-\($0)", input: ["x": .integer(Int64($0))]), "") })
        var forward = try SplitAssignment(salt: "salt-\(seed)", shares: nil)
        let splits = rows.map { forward.assign($0, content: [UInt8]($0.id.utf8)) }

        for (row, split) in zip(rows, splits) {
            let bucket = Bucket.of(row.id, salt: "salt-\(seed)")
            #expect(split == (bucket < 1_000 ? .test : bucket < 2_000 ? .validation : .train))
        }
    }

    @Test("compaction comes with the chain's length, or when most of what is written was replaced")
    func compaction() {
        #expect(!Compaction.isDue(segments: 16, writtenRows: 1_000, rows: 100))
        #expect(Compaction.isDue(segments: 17, writtenRows: 1_000, rows: 1_000))
        #expect(Compaction.isDue(segments: 5, writtenRows: 50_000, rows: 10_000))
        #expect(!Compaction.isDue(segments: 5, writtenRows: 40_000, rows: 10_000))
    }

    @Test("a text of a cell becomes what it looks like")
    func cells() {
        #expect(Cell.guess("8") == 8)
        #expect(Cell.guess("-0.5") == -0.5)
        #expect(Cell.guess("007") == "007")
        #expect(Cell.guess("true") == true)
        #expect(Cell.guess("nan") == "nan")
        #expect(Cell.guess("0x10") == "0x10")
        #expect(Cell.value("1e3", ElementKind(datatype: "INT64")) == 1_000)
        #expect(Cell.value("inf", ElementKind(datatype: "FP32")) == nil)
    }
}
