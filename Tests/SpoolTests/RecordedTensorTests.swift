import Contracts
import Foundation
import Tensors
import Testing

@testable import Spool

@Suite("Tensors in records")
struct RecordedTensorTests {
    private static let tensors: [Tensor] =
        Datatype.allCases.filter { $0 != .bytes }.map { datatype in
            Tensor(
                name: datatype.rawValue, datatype: datatype, shape: [3, 2],
                raw: (0..<(6 * (datatype.size ?? 0))).map { datatype == .bool ? UInt8($0 % 2) : UInt8(truncatingIfNeeded: $0 &* 37 &+ 9) })
        } + [
            Tensor(name: "texts", shape: [2], strings: [Array("a\u{0}\"b".utf8), []]), Tensor(name: "empty", shape: [0], floats: []),
            Tensor(name: "odd", shape: [3], floats: [.nan, .infinity, -0.1]),
        ]

    private func record(_ elements: (Tensor, inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        for (index, tensor) in Self.tensors.enumerated() {
            if index > 0 { writer.raw(",") } else { writer.raw("{") }
            writer.string(tensor.name)
            writer.raw(":")
            elements(tensor, &writer)
        }
        writer.raw("}")
        return writer.bytes
    }

    @Test("a reader of a segment gets the elements of each datatype as JSON has them")
    func everyDatatype() throws {
        let raw = record(RecordedTensor.append)
        let json = record { $1.elements(of: $0) }
        let lines = try SpoolSegment.lines(SpoolSegment.bytes([SpoolLine(kind: .prediction, json: raw)]))

        #expect(raw != json)
        #expect(lines == [SpoolLine(kind: .prediction, json: json)])
        #expect(try lines[0].decode(JSONValue.self)["odd"] == [.null, .null, -0.1])
        #expect(try lines[0].decode(JSONValue.self)["BOOL"] == [false, true, false, true, false, true])
    }

    @Test("what stands there as elements and is none is refused, whatever it claims")
    func hostile() {
        let claims: [[UInt8]] = [
            [0], [0, 10], [0, 10, 1, 0, 0], [0, 10, 1, 0, 0, 0], [0, 10, 1, 0, 0, 0, 1, 2, 3], [0, 13, 0, 0, 0, 0],
            [0, 255, 1, 0, 0, 0, 7],
            [0, 10, 255, 255, 255, 255, 1, 2, 3, 4], [0, 4, 255, 255, 255, 127], [0, 10, 0, 0, 0, 0, 0],
        ]
        for claim in claims {
            let bytes = SpoolSegment.bytes([SpoolLine(kind: .prediction, json: Array("{\"a\":".utf8) + claim)])
            #expect(throws: SpoolSegment.Corrupt.self, "\(claim)") { try SpoolSegment.lines(bytes) }
        }
        let none = Array("{\"a\":".utf8) + [0, 10, 0, 0, 0, 0] + Array("}".utf8)
        #expect(RecordedTensor.json(UnsafeRawBufferPointer(start: nil, count: 0)) == [])
        #expect(none.withUnsafeBytes(RecordedTensor.json) == Array("{\"a\":[]}".utf8))
    }
}
