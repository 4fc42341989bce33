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
        rows: Int, width: Int, value: Float = 0.1, source: String = "b", mostBytes: Int = KeptData.mostBytes, text: String? = nil,
        where isKept: (String) -> Bool = { _ in true }
    ) throws -> Kept {
        let x = Tensor(name: "x", shape: [rows, width], floats: [Float](repeating: value, count: rows * width))
        let label = Tensor(name: "label", shape: [rows], integers: [Int64](repeating: 7, count: rows))
        var data = KeptData(rows: rows, mostBytes: mostBytes)
        var record = JSONWriter()
        record.raw("{\"outputs\":")
        data.write([label], into: &record)
        record.raw(",\"context\":")
        data.write(["source": [JSONValue](repeating: .string(source), count: rows)], into: &record)
        record.raw(",\"inputs\":")
        let bytes = Array((text ?? "").utf8)
        bytes.withUnsafeBytes { bytes in data.write([x], into: &record, text: { _ in text == nil ? nil : bytes }, where: isKept) }
        record.raw("}")
        return Kept(
            json: try WireJSON.decode(JSONValue.self, from: Data(record.bytes)), bytes: record.count, omitted: data.omitted.map(\.name))
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

    @Test("text that somebody has written already is copied as it is, within the same bound")
    func copied() throws {
        let data = try kept(rows: 1, width: 2, text: "[1.50, 2e0]")
        #expect(data.json["inputs"]?["x"] == [1.5, 2])
        #expect(try kept(rows: 1, width: 2, mostBytes: 30, text: "[1.50, \(String(repeating: "0", count: 40))2]").omitted == ["x"])
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
