import Contracts
import Foundation
import Spool
import Tensors
import Testing

@testable import InferenceService

@Suite("Kept data")
struct KeptDataTests {
    /// What was kept, read back.
    private struct Kept {
        let json: JSONValue
        let bytes: Int
        let omitted: [String]

        func names(_ member: String) -> [String] { json[member]?.objectValue?.keys.sorted() ?? [] }
        func count(_ member: String, _ name: String) -> Int? { json[member]?[name]?.arrayValue?.count }
    }

    private func kept(
        rows: Int, width: Int, value: Float = 0.1, source: String = "b", mostBytes: Int = KeptData.mostBytes,
        where isKept: (String) -> Bool = { _ in true }
    ) throws -> Kept {
        let x = Tensor(name: "x", shape: [rows, width], floats: [Float](repeating: value, count: rows * width))
        let label = Tensor(name: "label", shape: [rows], integers: [Int64](repeating: 7, count: rows))
        return try kept(rows, outputs: [label], source, inputs: [x], mostBytes: mostBytes, where: isKept)
    }

    private func kept(
        _ rows: Int, outputs: [Tensor], _ source: String, inputs: [Tensor], mostBytes: Int, where isKept: (String) -> Bool = { _ in true }
    ) throws -> Kept {
        var data = KeptData(rows: rows, mostBytes: mostBytes, elements: RecordedTensor.append)
        var record = JSONWriter()
        record.raw("{\"outputs\":")
        data.write(outputs, into: &record)
        record.raw(",\"context\":")
        data.write(["source": .same(.string(source), rows: rows)], into: &record)
        record.raw(",\"inputs\":")
        data.write(inputs, into: &record, where: isKept)
        record.raw("}")
        // As the monitor reads it.
        let lines = try SpoolSegment.lines(SpoolSegment.bytes([SpoolLine(kind: .prediction, json: record.bytes)]))
        return Kept(json: try lines[0].decode(JSONValue.self), bytes: record.count, omitted: data.omitted.map(\.name))
    }

    @Test("a row's inputs are kept by the size of the row, not of the batch")
    func batches() throws {
        #expect(try kept(rows: 1, width: 64).names("inputs") == ["x"])
        #expect(try kept(rows: 700, width: 64).names("inputs") == ["x"])
        #expect(try kept(rows: 1, width: KeptData.mostElements).names("inputs") == ["x"])
        let wide = try kept(rows: 1, width: KeptData.mostElements + 1)
        #expect(wide.names("inputs").isEmpty)
        #expect(wide.omitted == ["x"])
        #expect(wide.json["outputs"]?["label"] == [7])
    }

    @Test("a value that counts for all rows is not made for each of them where it cannot be kept")
    func manyRows() {
        var data = KeptData(rows: 1, elements: RecordedTensor.append)
        var record = JSONWriter()

        data.write(["source": .same("b", rows: 1 << 40)], into: &record)

        #expect(data.omitted.map(\.name) == ["source"])
        #expect(String(decoding: record.bytes, as: UTF8.self) == "{}")
    }

    @Test("beyond the bytes of a record inputs go first, then the context, then all of it")
    func bounds() throws {
        let many = try kept(rows: 5_000, width: 64)
        #expect(many.names("inputs").isEmpty)
        #expect(many.count("context", "source") == 5_000)
        #expect(many.count("outputs", "label") == 5_000)
        let long = try kept(rows: 5_000, width: 1, source: String(repeating: "\u{1}", count: 1_000))
        #expect(long.names("context").isEmpty)
        #expect(long.names("inputs").isEmpty)
        #expect(long.omitted == ["source", "x"])
        #expect(long.count("outputs", "label") == 5_000)
        #expect(try kept(rows: 600_000, width: 1).names("outputs").isEmpty)
    }

    @Test("a model's own bound holds, and what it leaves out is named")
    func own() throws {
        let small = try kept(rows: 10, width: 64, mostBytes: 500)
        #expect(small.names("inputs").isEmpty)
        #expect(small.omitted == ["x"])
        #expect(small.count("outputs", "label") == 10)
        #expect(try kept(rows: 10, width: 64, mostBytes: 10_000).omitted == [])
    }

    @Test("numbers count as in memory, texts as JSON")
    func measured() throws {
        let x = Tensor(name: "x", shape: [1, 100], floats: [Float](repeating: -1.2345678e-30, count: 100))
        let text = Tensor(name: "t", shape: [1, 2], strings: [Array("\u{1}".utf8), Array("ab".utf8)])
        #expect(try kept(1, outputs: [], "b", inputs: [x], mostBytes: 405).names("inputs") == ["x"])
        #expect(try kept(1, outputs: [], "b", inputs: [x], mostBytes: 404).omitted == ["x"])
        // [\"\\u0001\",\"ab\"]
        let json = #"["\u0001","ab"]"#.utf8.count
        #expect(try kept(1, outputs: [], "b", inputs: [text], mostBytes: json + 5).json["inputs"]?["t"] == ["\u{1}", "ab"])
        let over = try kept(1, outputs: [], "b", inputs: [text, x], mostBytes: json + 4)
        #expect(over.omitted == ["t", "x"])
        #expect(over.names("inputs").isEmpty)
    }

    @Test("an input that is not to be kept is left out by name, and others stay")
    func redacted() throws {
        let data = try kept(rows: 2, width: 4) { $0 != "x" }
        #expect(data.names("inputs").isEmpty)
        #expect(data.omitted == ["x"])
        #expect(data.names("context") == ["source"])
    }

    @Test("whatever is kept fits in a record", arguments: [1, 64, 1_000, 20_000])
    func size(rows: Int) throws {
        for width in [1, 7, 64] {
            for source in ["b", String(repeating: "\"\u{1}", count: 40)] {
                let bytes = try kept(rows: rows, width: width, value: -1.2345678e-30, source: source).bytes
                #expect(bytes + 4_096 <= SpoolLimits().recordBytes, "\(rows) x \(width): \(bytes) bytes")
            }
        }
    }
}
