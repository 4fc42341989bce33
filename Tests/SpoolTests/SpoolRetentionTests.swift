import Contracts
import Foundation
import TestSupport
import Testing

@testable import Spool

@Suite("A spool that keeps the newest")
struct SpoolRetentionTests {
    private static let limits = SpoolLimits(capacity: 60_000, segmentBytes: 10_000)

    /// Fills until so many segments were opened; gives the records' numbers.
    private func fill(_ spool: Spool, from first: Int, _ count: Int) -> ClosedRange<Int> {
        for number in first..<(first + count) { #expect(spool.append(prediction(number))) }
        return first...(first + count - 1)
    }

    private func numbers(_ folder: URL) throws -> [Int] {
        var reader = SpoolReader(folder: folder.path)
        var numbers: [Int] = []
        try reader.read { numbers.append(number(try $0.decode(PredictionRecord.self).requestId)) }
        #expect(reader.unreadableBytes == 0)
        return numbers
    }

    private func diskBytes(_ folder: URL) throws -> Int {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).reduce(0) { $0 + FileBytes.size(folder.path + "/" + $1) }
    }

    @Test("the oldest segments go, what stays is the newest without a gap, and the folder stays within its bound")
    func bounded() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path, limits: Self.limits, retention: .newest)
            for round in 0..<20 {
                let range = fill(spool, from: round * 37, 37)
                let kept = try numbers(folder)
                #expect(kept == Array((kept.first ?? 0)...range.upperBound))
                #expect(spool.bytes <= Self.limits.capacity)
                #expect(try diskBytes(folder) <= Self.limits.capacity + Self.limits.segmentBytes)
            }
            let kept = try numbers(folder)
            #expect(kept.first ?? 0 > 500)
            #expect(spool.bytes > Self.limits.capacity - 2 * Self.limits.segmentBytes)
        }
    }

    @Test("a restart keeps what is there, and drops it in the order in which it was written, folders too")
    func restarts() async throws {
        try await withTemporaryFolder { folder in
            var next = 0
            var dead = ""
            for _ in 0..<3 {
                let spool = try Spool(folder: folder.path, limits: Self.limits, retention: .newest)
                if next == 0 { dead = spool.id }
                next = fill(spool, from: next, 20).upperBound + 1
                #expect(try numbers(folder) == Array(0..<next))
            }
            let spool = try Spool(folder: folder.path, limits: Self.limits, retention: .newest)
            #expect(FileManager.default.fileExists(atPath: folder.path + "/" + dead))
            for _ in 0..<10 {
                next = fill(spool, from: next, 10).upperBound + 1
                let kept = try numbers(folder)
                #expect(kept == Array((kept.first ?? 0)..<next))
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/" + dead))
        }
    }

    @Test("a file is written anew, unless somebody keeps it by another name")
    func recycled() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path, limits: Self.limits, retention: .newest)
            var inodes: Set<Int> = []
            func note() throws {
                for name in try FileManager.default.contentsOfDirectory(atPath: spool.folder.path) where name != "lock" {
                    let facts = try FileManager.default.attributesOfItem(atPath: spool.folder.path + "/" + name)
                    inodes.insert(facts[.systemFileNumber] as? Int ?? 0)
                }
            }
            for round in 0..<40 {
                _ = fill(spool, from: round * 15, 15)
                try note()
            }
            #expect(inodes.count <= 8, "\(inodes.count) files for 60 segments")

            let oldest = try #require(spool.folder.numbers("segment").first)
            let before = FileBytes.read(spool.folder.file(oldest, "segment"))
            #expect(link(spool.folder.file(oldest, "segment"), folder.path + "/kept") == 0)
            _ = fill(spool, from: 1_000, 200)
            #expect(!spool.folder.numbers("segment").contains(oldest))
            #expect(FileBytes.read(folder.path + "/kept") == before)
        }
    }

    @Test("what an earlier segment left in a file is no record of the next, wherever that ends")
    func stale() async throws {
        try await withTemporaryFolder { folder in
            let (spare, name) = (folder.path + "/1.spare", folder.path + "/2.open")
            // Frames of one length, so that one of the old segment starts wherever one of the new ends.
            let lines = (0..<9).map { SpoolLine(kind: .exposure, json: Array("{\"a\":\($0)}".utf8)) }
            for count in 0...9 {
                unlink(name)
                try Data(SpoolSegment.bytes(lines)).write(to: URL(filePath: spare))
                let segment = try #require(
                    SegmentFile(recycling: spare, as: name, number: 2, head: SegmentHead(after: 5), capacity: 16 + 9 * 17))
                for line in lines.prefix(count) {
                    #expect(line.json.withUnsafeBytes { segment.append(FrameHead(line.kind.rawValue, $0), $0.bytes) })
                }
                let content = try #require(FileBytes.read(name))
                #expect(SpoolSegment.soundLength(content) == 16 + count * 17)
                // The same without the zeroes behind the last frame: a death within a write leaves what was there.
                var torn = content
                let end = 16 + count * 17
                torn.replaceSubrange(end..., with: SpoolSegment.bytes(lines)[end...])
                #expect(SpoolSegment.soundLength(torn) == end)
                #expect(segment.finish())
                #expect(try SpoolSegment.lines(try #require(FileBytes.read(name))) == Array(lines.prefix(count)))
            }
        }
    }

    @Test("a segment that was shipped is written anew, and none of its records arrives again")
    func shippedFiles() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path, limits: SpoolLimits(segmentBytes: 10_000, segmentAge: .seconds(60)))
            let received = Recorder(Received())
            try await shipping(spool, to: received) {
                for round in 0..<30 {
                    _ = fill(spool, from: round * 20, 20)
                    try await eventually { spool.bytes < 10_000 ? nil : "\(spool.bytes) bytes wait" }
                }
                #expect(spool.folder.numbers("spare").count <= 2)
                spool.rotate(evenYoung: true)
                try await eventually { received.value.predictions.count >= 600 ? nil : "\(received.value.predictions.count)" }
            }
            #expect(received.value.predictions.sorted() == Array(0..<600))
            let files = try FileManager.default.contentsOfDirectory(atPath: spool.folder.path)
            #expect(files.contains { $0.hasSuffix(".spare") })
            // What waits to be written anew is nobody's record after a death.
            try spool.folder.closeLeftOvers()
            #expect(spool.folder.numbers("spare").isEmpty && spool.folder.numbers("segment").isEmpty)
        }
    }
}
