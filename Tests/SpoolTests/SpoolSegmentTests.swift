import Contracts
import Foundation
import Testing

@testable import Spool

@Suite("Segments")
struct SpoolSegmentTests {
    /// Vectors of the reference implementation (xxHash 0.8.2), one for each way through the algorithm.
    @Test(
        "the hash is XXH64",
        arguments: [
            ("", 0, 0xEF46_DB37_51D8_E999), ("a", 0, 0xD24E_C4F1_A98C_6E5B), ("abc", 0, 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1), ("xxhash", 20_141_025, 0xB559_B98D_844E_0635),
        ] as [(String, UInt64, UInt64)])
    func hash(text: String, seed: UInt64, expected: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { XXHash64.hash($0, seed: seed) } == expected)
    }

    @Test("a record reads back as it was, hostile texts and times included")
    func roundTrip() throws {
        for number in [0, 1, 7, 4_000_000] {
            let record = prediction(number, experiment: "e\\\"")
            let line = SpoolLine(kind: .prediction, json: RecordJSON.bytes(record))
            // JSON does not tell 1.0 from 1: the same as by way of Foundation.
            let expected = try SpoolLine(record, kind: .prediction).decode(PredictionRecord.self)
            #expect(try line.decode(PredictionRecord.self) == expected)
            #expect(expected.unit == record.unit)
            let other = SpoolLine(kind: .exposure, json: RecordJSON.bytes(exposure(number)))
            #expect(try other.decode(ExposureRecord.self) == exposure(number))
            #expect(!line.json.contains(UInt8(ascii: "\n")))
        }
    }

    @Test(
        "times are RFC 3339 with milliseconds, and a time that was read is written as it was",
        arguments: [
            "1970-01-01T00:00:00.000Z", "2000-02-29T00:00:00.007Z", "2024-02-28T23:59:59.999Z", "2024-12-31T23:59:59.501Z",
            "2100-03-01T00:00:00.123Z",
        ])
    func times(text: String) throws {
        var record = exposure(1)
        record.time = try #require(WireJSON.date(text))
        let json = String(decoding: RecordJSON.bytes(record), as: UTF8.self)
        #expect(json.contains("\"time\":\"\(text)\""), "\(json)")
    }

    @Test("numbers that JSON has no form for become null")
    func notFinite() throws {
        var record = prediction(1)
        record.outputs = ["x": [.number(.nan), .number(.infinity), .number(1e-300)]]
        let back = try SpoolLine(kind: .prediction, json: RecordJSON.bytes(record)).decode(PredictionRecord.self)
        #expect(back.outputs["x"] == [.null, .null, .number(1e-300)])
    }

    @Test("every cut of a segment is either a whole number of its frames or known to be torn")
    func torn() throws {
        let lines = (0..<3).map { SpoolLine(kind: .exposure, json: RecordJSON.bytes(exposure($0))) }
        let bytes = SpoolSegment.bytes(lines)
        let ends = (0...3).map { SpoolSegment.bytes(Array(lines.prefix($0))).count }
        for count in 0...bytes.count {
            let cut = Array(bytes.prefix(count))
            let whole = ends.lastIndex { $0 <= count }
            #expect(SpoolSegment.soundLength(cut) == (whole.map { ends[$0] } ?? 0))
            if let whole, ends[whole] == count {
                #expect(try SpoolSegment.lines(cut) == Array(lines.prefix(whole)))
            } else {
                #expect(throws: SpoolSegment.Corrupt.self) { try SpoolSegment.lines(cut) }
            }
        }
    }

    @Test("one changed bit anywhere is noticed")
    func flipped() {
        let bytes = SpoolSegment.bytes([SpoolLine(kind: .exposure, json: RecordJSON.bytes(exposure(1)))])
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1 << UInt8(position % 8)
            #expect(throws: SpoolSegment.Corrupt.self, "byte \(position)") { try SpoolSegment.lines(changed) }
        }
    }
}
