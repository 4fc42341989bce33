import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import MeshClient
import NIOCore
import ServiceLifecycle
import TestSupport
import Testing

@testable import Spool

/// The two programs that the tests below kill: this very test binary, told by its environment what to be.
enum Child {
    static let role = ProcessInfo.processInfo.environment["SPOOL_TEST_CHILD"] ?? ""
    static let folder = ProcessInfo.processInfo.environment["SPOOL_TEST_FOLDER"] ?? ""
    static let port = Int(ProcessInfo.processInfo.environment["SPOOL_TEST_PORT"] ?? "") ?? 0

    /// Starts the test binary again as a child.
    static func start(_ role: String, folder: String, port: Int = 0, first: Int = 0) throws -> (process: Process, output: FileHandle) {
        let process = Process()
        process.executableURL = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.arguments =
            CommandLine.arguments.dropFirst().prefix { $0 != "--testing-library" } + [
                "--testing-library", "swift-testing", "--filter", "SpoolTests.ChildPrograms",
            ]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "SPOOL_TEST_CHILD": role, "SPOOL_TEST_FOLDER": folder, "SPOOL_TEST_PORT": String(port), "SPOOL_TEST_FIRST": String(first),
        ]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, pipe.fileHandleForReading)
    }
}

@Suite("ChildPrograms")
struct ChildPrograms {
    /// Appends and then says so, until it is killed. Ships to the receiver meanwhile, when it is told a port.
    @Test("writer", .enabled(if: Child.role == "writer"))
    func writer() async throws {
        let spool = try Spool(folder: Child.folder + "/spool", limits: SpoolLimits(segmentBytes: 30_000, segmentAge: .milliseconds(30)))
        let client = MeshClient(baseURL: "http://127.0.0.1:\(Child.port)", peer: .monitor, tokens: nil)
        let shipper = SpoolShipper(spool, logger: quiet, tick: .milliseconds(5), longestPause: .milliseconds(50)) { spool, segment, body in
            try await client.send(ClientRequest("PUT", Path("segments", spool, segment), body: body)).status
        }
        let first = Int(ProcessInfo.processInfo.environment["SPOOL_TEST_FIRST"] ?? "") ?? 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await shipper.run() }
            for task in 0..<3 {
                group.addTask {
                    var index = first + task
                    while true {
                        if spool.append(prediction(index)) {
                            try FileHandle.standardOutput.write(contentsOf: Data("acknowledged \(index)\n".utf8))
                        }
                        index += 3
                        try await Task.sleep(for: .microseconds(500))
                    }
                }
            }
            try await group.next()
        }
    }

    /// Appends to a small spool that keeps the newest, and then says so, until it is killed.
    @Test("keeper", .enabled(if: Child.role == "keeper"))
    func keeper() async throws {
        let spool = try Spool(folder: Child.folder, limits: KillTests.keptLimits, retention: .newest)
        let first = Int(ProcessInfo.processInfo.environment["SPOOL_TEST_FIRST"] ?? "") ?? 0
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<3 {
                group.addTask {
                    var index = first + task
                    while true {
                        guard spool.append(prediction(index)) else { continue }
                        try? FileHandle.standardOutput.write(contentsOf: Data("acknowledged \(index)\n".utf8))
                        index += 3
                        await Task.yield()
                    }
                }
            }
        }
    }

    /// Keeps each segment once as a file, and takes its time to do so.
    @Test("receiver", .enabled(if: Child.role == "receiver"))
    func receiver() async throws {
        let router = Router()
        router.put("/segments/{spool}/{segment}") { request, context -> HTTPResponse.Status in
            let body = try await request.body.collect(upTo: 64 << 20)
            let name =
                Child.folder + "/received/" + context.parameters.get("spool", as: String.self)! + "-"
                + context.parameters.get("segment", as: String.self)!
            guard (try? SpoolSegment.lines(Array(body.readableBytesView))) != nil else { return .unprocessableContent }
            if FileManager.default.fileExists(atPath: name) { return .ok }
            let temporary = name + "." + UUID().uuidString
            try Data(body.readableBytesView).write(to: URL(filePath: temporary))
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...4)))
            _ = link(temporary, name)
            unlink(temporary)
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...4)))
            return .noContent
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: Child.port)),
            onServerRunning: { channel in
                try? FileHandle.standardOutput.write(contentsOf: Data("port \(channel.localAddress?.port ?? 0)\n".utf8))
            }, logger: quiet)
        try await application.run()
    }
}

@Suite("Kill -9", .serialized, .enabled(if: Child.role.isEmpty))
struct KillTests {
    @Test("all that was acknowledged before a kill is counted once, whoever is killed")
    func exactlyOnce() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(atPath: folder.path + "/received", withIntermediateDirectories: true)
            var receiver = try Child.start("receiver", folder: folder.path)
            let port = try await port(receiver.output)
            var acknowledged: [Int] = []
            for round in 0..<8 {
                let writer = try Child.start("writer", folder: folder.path, port: port, first: round * 1_000_000)
                async let lines = acknowledgements(writer.output)
                try await Task.sleep(for: .milliseconds(Int.random(in: 150...500)))
                if round % 2 == 1 {
                    kill(receiver.process.processIdentifier, SIGKILL)
                    receiver.process.waitUntilExit()
                    receiver = try Child.start("receiver", folder: folder.path, port: port)
                    _ = try await self.port(receiver.output)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 10...80)))
                }
                kill(writer.process.processIdentifier, SIGKILL)
                writer.process.waitUntilExit()
                acknowledged += await lines
            }
            try await shipTheRest(folder, port: port)
            kill(receiver.process.processIdentifier, SIGKILL)
            receiver.process.waitUntilExit()

            let counted = try received(folder)
            // How many there are is the disk's speed.
            #expect(acknowledged.count > 50)
            #expect(counted.count == Set(counted).count, "counted twice")
            #expect(Set(acknowledged).isSubset(of: Set(counted)), "lost \(Set(acknowledged).subtracting(counted).count)")
            // A kill between the write and the word of it leaves at most one record for each task of a writer.
            #expect(counted.count <= acknowledged.count + 8 * 3)
            print("kill -9: \(acknowledged.count) acknowledged, \(counted.count) counted")
        }
    }

    /// Ten segments of some thirty records each: files are written anew all the time.
    static let keptLimits = SpoolLimits(capacity: 200_000, segmentBytes: 20_000)

    @Test("a spool that keeps the newest has all up to the last that was acknowledged before a kill, and nothing twice")
    func newest() async throws {
        try await withTemporaryFolder { folder in
            var total = 0
            for round in 0..<12 {
                let first = round * 3_000_000
                let writer = try Child.start("keeper", folder: folder.path, first: first)
                async let lines = acknowledgements(writer.output)
                // The tests' start takes a while; what counts is how long it has written.
                try await eventually {
                    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".open") }
                    let newest = files.compactMap { Int(URL(filePath: $0).deletingPathExtension().lastPathComponent) }.max() ?? 0
                    return newest >= 20 + round ? nil : "segment \(newest)"
                }
                kill(writer.process.processIdentifier, SIGKILL)
                writer.process.waitUntilExit()
                let acknowledged = await lines
                total += acknowledged.count
                let kept = try kept(folder)

                #expect(kept.count == Set(kept).count, "read twice")
                for task in 0..<3 {
                    let own = kept.filter { $0 >= first && $0 % 3 == task }
                    let last = try #require(acknowledged.last { $0 % 3 == task })
                    // The record that was written but not told of is the only one more.
                    let newest = try #require(own.last)
                    #expect(newest == last || newest == last + 3)
                    let oldest = try #require(own.first)
                    #expect(own == Array(stride(from: oldest, through: newest, by: 3)), "one is missing, or an old one is among them")
                    #expect(own.count > 20)
                }
                _ = try Spool(folder: folder.path, limits: Self.keptLimits, retention: .newest)
                #expect(try self.kept(folder) == kept, "a start changed what is kept")
            }
            #expect(total > 5_000)
        }
    }

    private func kept(_ folder: URL) throws -> [Int] {
        var reader = SpoolReader(folder: folder.path)
        var numbers: [Int] = []
        try reader.read { numbers.append(number(try $0.decode(PredictionRecord.self).requestId)) }
        return numbers
    }

    /// A last instance adopts and ships what the dead ones left.
    private func shipTheRest(_ folder: URL, port: Int) async throws {
        let spool = try Spool(folder: folder.path + "/spool")
        let client = MeshClient(baseURL: "http://127.0.0.1:\(port)", peer: .monitor, tokens: nil)
        let shipper = SpoolShipper(spool, logger: quiet, tick: .milliseconds(5), longestPause: .milliseconds(50)) { spool, segment, body in
            try await client.send(ClientRequest("PUT", Path("segments", spool, segment), body: body)).status
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await shipper.run() }
            try await eventually {
                let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/spool").filter { !$0.hasPrefix(".") }
                return left == [spool.id] ? nil : "\(left)"
            }
            group.cancelAll()
        }
    }

    private func received(_ folder: URL) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path + "/received").filter { !$0.contains(".") }.flatMap { name in
            let content = FileManager.default.contents(atPath: folder.path + "/received/" + name) ?? Data()
            return try SpoolSegment.lines(Array(content)).map { number(try $0.decode(PredictionRecord.self).requestId) }
        }
    }

    private func port(_ output: FileHandle) async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                var text = ""
                while true {
                    let data = output.availableData
                    text += String(decoding: data, as: UTF8.self)
                    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                    if let line = lines.first(where: { $0.hasPrefix("port ") }) {
                        return continuation.resume(returning: Int(line.dropFirst(5)) ?? 0)
                    }
                    if data.isEmpty { return continuation.resume(throwing: TestSupportError("the receiver said: \(text)")) }
                }
            }
        }
    }

    private func acknowledgements(_ output: FileHandle) async -> [Int] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let text = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
                let numbers = text.split(separator: "\n").filter { $0.hasPrefix("acknowledged ") }.compactMap { Int($0.dropFirst(13)) }
                continuation.resume(returning: numbers)
            }
        }
    }
}
