import Contracts
import Foundation
import TestSupport
import Testing

@testable import Spool

@Suite("Spool")
struct SpoolTests {
    @Test("what many tasks append arrives once, over many segments")
    func concurrent() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path, limits: SpoolLimits(segmentBytes: 20_000, segmentAge: .milliseconds(20)))
            let received = Recorder(Received())
            try await shipping(spool, to: received) {
                await withTaskGroup(of: Void.self) { group in
                    for task in 0..<8 {
                        group.addTask { for index in 0..<250 { #expect(spool.append(prediction(task * 250 + index))) } }
                    }
                }
                try await eventually { received.value.predictions.count == 2000 ? nil : "\(received.value.predictions.count)" }
            }
            #expect(received.value.predictions.sorted() == Array(0..<2000))
            #expect(received.value.segments.count > 10)
            try await eventually { spool.bytes == 0 ? nil : "\(spool.bytes) bytes" }
        }
    }

    @Test("a full spool drops, counts by experiment and phase, and takes records again once there is room")
    func full() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(
                folder: folder.path, limits: SpoolLimits(capacity: 30_000, segmentBytes: 5_000, segmentAge: .milliseconds(5)))
            let received = Recorder(Received())
            received.change { $0.refuse = true }
            let (taken, last) = try await shipping(spool, to: received) {
                var taken: [Int] = []
                for index in 0..<300 where spool.append(exposure(index, experiment: "e\(index % 2)")) { taken.append(index) }
                #expect(spool.bytes <= 30_000)
                #expect(taken.count > 50 && taken.count < 200)
                received.change { $0.refuse = false }
                try await eventually { spool.append(exposure(999, experiment: "late")) ? nil : "still full" }
                try await eventually {
                    received.value.lines.contains { (try? $0.decode(ExposureRecord.self).experiment) == "late" } ? nil : "not yet"
                }
                return (taken, received.value)
            }
            let exposures = last.lines.filter { $0.kind == .exposure }.compactMap { try? $0.decode(ExposureRecord.self) }
            #expect(exposures.filter { $0.experiment != "late" }.map { number($0.requestId) }.sorted() == taken)
            let losses = try last.lines.filter { $0.kind == .loss }.map { try $0.decode(SpoolLoss.self) }
            for experiment in 0..<2 {
                let lost = losses.filter { $0.key == SpoolLoss.Key(kind: .exposure, experiment: "e\(experiment)", phase: 2) }.reduce(0) {
                    $0 + $1.count
                }
                #expect(lost == 150 - taken.filter { $0 % 2 == experiment }.count)
            }
        }
    }

    @Test("counted losses travel although nothing else is appended")
    func lossesAlone() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path, limits: SpoolLimits(capacity: 2_000, segmentAge: .milliseconds(1)))
            #expect(
                !spool.append(
                    SpoolLine(kind: .prediction, json: [UInt8](repeating: 32, count: 4_000)), countedFor: .init(kind: .prediction)))
            let received = Recorder(Received())
            try await shipping(spool, to: received) {
                try await eventually { received.value.lines.isEmpty ? "nothing" : nil }
            }
            #expect(try received.value.lines.map { try $0.decode(SpoolLoss.self) } == [SpoolLoss(key: .init(kind: .prediction), count: 1)])
        }
    }

    @Test("counts of losses outlive their counter, to within half")
    func lossesOfTheDead() async throws {
        try await withTemporaryFolder { folder in
            do {
                let dead = try Spool(folder: folder.path, limits: SpoolLimits(capacity: 10))
                for index in 0..<100 { #expect(!dead.append(exposure(index))) }
            }
            let received = Recorder(Received())
            try await shipping(try Spool(folder: folder.path), to: received) {
                try await eventually { received.value.lines.isEmpty ? "nothing" : nil }
            }
            let losses = try received.value.lines.map { try $0.decode(SpoolLoss.self) }
            #expect(losses == [SpoolLoss(key: .init(kind: .exposure, experiment: "e1", phase: 2), count: 64)])
        }
    }

    /// Ships two segments, of which the monitor answers the first with a status, until only counted losses are on their way.
    private func shipped(refusing status: Int, patience: Duration = .seconds(3600)) async throws -> (losses: [SpoolLoss], isAside: Bool) {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path, limits: SpoolLimits(segmentBytes: 1, segmentAge: .milliseconds(1)))
            spool.append(exposure(1, experiment: "e7", phase: 3))
            spool.append(exposure(2))
            let received = Recorder(Received())
            let shipper = SpoolShipper(
                spool, logger: quiet, tick: .milliseconds(5), longestPause: .milliseconds(20), patience: patience
            ) { spool, segment, body in
                if segment == "1" { return status }
                received.change { _ = $0.take(spool, segment, body) }
                return 204
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await shipper.run() }
                defer { group.cancelAll() }
                try await eventually {
                    let kinds = Set(received.value.lines.map(\.kind))
                    return kinds == [.exposure, .loss] && spool.bytes == 0 ? nil : "\(kinds), \(spool.bytes) bytes"
                }
            }
            let losses = try received.value.lines.filter { $0.kind == .loss }.map { try $0.decode(SpoolLoss.self) }
            return (losses, FileManager.default.fileExists(atPath: folder.path + "/.refused/\(spool.id)-1"))
        }
    }

    @Test("a segment that the monitor refuses for good is kept aside, counts as lost and does not stand in the way", arguments: [422, 413])
    func refused(status: Int) async throws {
        let (losses, isAside) = try await shipped(refusing: status)
        #expect(losses == [SpoolLoss(key: .init(kind: .exposure, experiment: "e7", phase: 3), count: 1)])
        #expect(isAside)
    }

    @Test("a segment that the monitor fails over holds up no other, and is given up in the end")
    func failing() async throws {
        let (losses, isAside) = try await shipped(refusing: 500, patience: .milliseconds(200))
        #expect(losses.map(\.key.experiment) == ["e7"])
        #expect(isAside)
    }

    @Test("refused segments take no room, and their folder goes")
    func refusedByTheDead() async throws {
        try await withTemporaryFolder { folder in
            let dead: String
            do {
                let spool = try Spool(folder: folder.path, limits: SpoolLimits(segmentBytes: 1))
                dead = spool.id
                spool.append(exposure(1))
            }
            let spool = try Spool(folder: folder.path)
            let shipper = SpoolShipper(spool, logger: quiet, tick: .milliseconds(5)) { id, _, _ in id == dead ? 422 : 204 }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await shipper.run() }
                defer { group.cancelAll() }
                try await eventually { FileManager.default.fileExists(atPath: folder.path + "/" + dead) ? "still there" : nil }
            }
            let next = try Spool(folder: folder.path)
            #expect(next.bytes == 0)
        }
    }

    @Test("a record that is too large is dropped and counted")
    func tooLarge() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path, limits: SpoolLimits(recordBytes: 500, segmentAge: .milliseconds(1)))
            #expect(!spool.append(prediction(1, experiment: "e1")))
            #expect(spool.append(exposure(1)))
            let received = Recorder(Received())
            try await shipping(spool, to: received) {
                try await eventually { received.value.lines.count == 2 ? nil : "\(received.value.lines.count)" }
            }
            let losses = try received.value.lines.filter { $0.kind == .loss }.map { try $0.decode(SpoolLoss.self) }
            #expect(losses == [SpoolLoss(key: .init(kind: .prediction, experiment: "e1"), count: 1)])
        }
    }

    @Test("a living instance's folder is not adopted, a dead one's is by exactly one")
    func adoption() async throws {
        try await withTemporaryFolder { folder in
            let living = try Spool(folder: folder.path)
            living.append(exposure(1))
            do {
                let dead = try Spool(folder: folder.path)
                for index in 10..<20 { dead.append(exposure(index)) }
            }
            let adopters = try (0..<4).map { _ in try Spool(folder: folder.path) }
            let adopted = try adopters.flatMap { try $0.adoptions() }
            #expect(adopted.count == 1)
            let content = FileManager.default.contents(atPath: adopted[0].file(1, "segment")) ?? Data()
            #expect(try SpoolSegment.lines(Array(content)).count == 10)
            #expect(FileManager.default.fileExists(atPath: folder.path + "/\(living.id)/1.open"))
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

    @Test("an append costs microseconds")
    func cost() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path)
            let record = prediction(1)
            let line = SpoolLine(kind: .prediction, json: RecordJSON.bytes(record))
            func microseconds(_ body: () -> Void) -> Double {
                let times = (0..<2000).map { _ in
                    let start = ContinuousClock.now
                    body()
                    let time = start.duration(to: .now)
                    return Double(time.components.attoseconds) / 1e12
                }
                return times.sorted()[1000]
            }
            let encoded = microseconds { spool.append(line, countedFor: .init(kind: .prediction)) }
            let whole = microseconds { spool.append(record) }
            let foundation = microseconds { _ = try? WireJSON.encode(record) }
            print("append: encoded \(encoded) us, record \(whole) us; Foundation's encoder alone \(foundation) us")
            // A debug build on a busy machine; a database or the network would take milliseconds.
            #expect(encoded < 500)
        }
    }
}
