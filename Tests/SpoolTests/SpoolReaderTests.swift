import Contracts
import Foundation
import TestSupport
import Testing

@testable import Spool

@Suite("Reading a spool")
struct SpoolReaderTests {
    private func next(_ reader: inout SpoolReader) throws -> [Int] {
        var numbers: [Int] = []
        try reader.read { numbers.append(number(try $0.decode(PredictionRecord.self).requestId)) }
        return numbers
    }

    @Test("each record is given once and in order while others are written, also by two spools")
    func follows() async throws {
        try await withTemporaryFolder { folder in
            var reader = SpoolReader(folder: folder.path)
            let first = try Spool(folder: folder.path, limits: SpoolLimits(segmentBytes: 5_000), retention: .newest)
            #expect(try next(&reader) == [])
            var second: Spool?
            for round in 0..<12 {
                for number in 0..<7 { #expect(first.append(prediction(round * 100 + number))) }
                #expect(try next(&reader) == (0..<7).map { round * 100 + $0 })
                if round == 5 { second = try Spool(folder: folder.path, limits: SpoolLimits(segmentBytes: 5_000), retention: .newest) }
                guard let second else { continue }
                #expect(second.append(prediction(round * 100 + 50)))
                #expect(try next(&reader) == [round * 100 + 50])
            }
            #expect(try next(&reader) == [])
            #expect(reader.unreadableBytes == 0)
        }
    }

    @Test("a record that is being written is not given before it is whole")
    func partial() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(atPath: folder.path + "/s", withIntermediateDirectories: true)
            let lines = (1...2).map { SpoolLine(kind: .prediction, json: RecordJSON.bytes(prediction($0))) }
            let whole = SpoolSegment.bytes(lines)
            let one = 16 + FrameHead.length(lines[0].json.count)
            var reader = SpoolReader(folder: folder.path)
            for (count, expected) in [(10, []), (one - 1, []), (one, [1]), (one + 4, []), (whole.count - 1, []), (whole.count, [2])] {
                // What is not written yet is zero in a new file.
                let content = Array(whole.prefix(count)) + [UInt8](repeating: 0, count: 1_000)
                try Data(content).write(to: URL(filePath: folder.path + "/s/1.open"))
                #expect(try next(&reader) == expected, "\(count) bytes")
            }
        }
    }

    @Test("a torn or changed end of a closed segment is counted, and hides nothing of the others")
    func torn() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(atPath: folder.path + "/s", withIntermediateDirectories: true)
            var last: UInt64 = 0
            for segment in 1...3 {
                let lines = [segment * 10, segment * 10 + 1].map { SpoolLine(kind: .prediction, json: RecordJSON.bytes(prediction($0))) }
                var bytes = SpoolSegment.bytes(lines)
                let seed = bytes.withUnsafeBytes { SegmentHead($0)?.seed } ?? 0
                #expect(seed >= last)
                last = seed
                if segment == 2 { bytes[bytes.count - 5] ^= 1 }
                try Data(bytes).write(to: URL(filePath: folder.path + "/s/\(segment).segment"))
            }
            try Data("no segment".utf8).write(to: URL(filePath: folder.path + "/s/4.segment"))
            var reader = SpoolReader(folder: folder.path)

            #expect(try next(&reader) == [10, 11, 20, 30, 31])
            #expect(reader.unreadableBytes == FrameHead.length(RecordJSON.bytes(prediction(21)).count))
            #expect(try next(&reader) == [])
        }
    }
}
