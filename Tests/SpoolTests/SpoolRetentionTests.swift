import Contracts
import Foundation
import ServiceLifecycle
import TestSupport
import Testing

@testable import Spool

@Suite("Segments that stay on the machine")
struct SpoolRetentionTests {
    private static func kept(_ folder: URL) throws -> [Int] {
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try files.filter { $0.hasSuffix(".segment") }.flatMap { file in
            let content = FileManager.default.contents(atPath: folder.path + "/" + file) ?? Data()
            return try SpoolSegment.lines(Array(content)).map { number(try $0.decode(PredictionRecord.self).requestId) }
        }.sorted()
    }

    @Test("the latest records stay within the bytes allowed, the oldest go, those of a dead instance first")
    func oldest() async throws {
        try await withTemporaryFolder { folder in
            let limits = SpoolLimits(segmentBytes: 4_000, segmentAge: .milliseconds(1))
            do {
                let dead = try Spool(folder: folder.path, limits: limits)
                for index in 0..<20 { #expect(dead.append(prediction(index))) }
            }
            let spool = try Spool(folder: folder.path, limits: limits)
            let retention = SpoolRetention(spool, limit: 12_000, tick: .milliseconds(5))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await retention.run() }
                defer { group.cancelAll() }
                for index in 100..<200 { #expect(spool.append(prediction(index))) }
                try await eventually {
                    let kept = try Self.kept(folder)
                    let isLatest = kept.last == 199 && kept == Array((kept.first ?? 0)...199)
                    return isLatest && kept.count < 20 && spool.bytes <= 12_000 ? nil : "\(kept), \(spool.bytes) bytes"
                }
            }

            #expect(try Self.kept(folder).count > 5)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
            #expect(names == [spool.id])
        }
    }

    @Test("a segment on disk has the length of its records once it is closed")
    func length() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path)
            for index in 0..<5 { #expect(spool.append(prediction(index))) }
            let before = spool.bytes
            spool.rotate(evenYoung: true)
            let content = FileManager.default.contents(atPath: folder.path + "/\(spool.id)/1.segment") ?? Data()

            #expect(content.count == before)
            #expect(try SpoolSegment.lines(Array(content)).count == 5)
        }
    }
}
