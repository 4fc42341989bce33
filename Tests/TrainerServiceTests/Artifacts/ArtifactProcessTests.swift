import BlobStore
import Contracts
import Cryptography
import Foundation
import HTTPService
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Artifacts of a trainer that is a process", .serialized)
struct ArtifactProcessTests {
    /// A trainer in this process for its database and routes, and the way to start others beside it on ports of their own.
    private func withProcesses(
        _ body:
            @Sendable @escaping (TrainerHarness, _ start: @Sendable @escaping () async throws -> (TrainerProcess, HTTPProbe)) async throws
            -> Void
    ) async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            let rows = try await mesh.database.query("SELECT current_database() AS name")
            let name = try #require(try rows.first?.decode("name", as: String.self))
            try await body(mesh) {
                let port = try Self.freePort()
                let process = try TrainerProcess(
                    database: try TestDatabase.url(database: name), blobs: mesh.blobs.root, internalURL: "http://127.0.0.1:9", lease: 1_000,
                    port: port)
                let probe = HTTPProbe(port: port)
                try await eventually(within: .seconds(60)) {
                    let answer = try? await probe.send("GET", "/readyz")
                    return answer?.status == 200 ? nil : "\(answer?.status ?? 0)"
                }
                return (process, probe)
            }
        }
    }

    /// A port that nobody listens on now.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard port else { throw TestSupportError("no port is free") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    /// The most memory that a process has held so far, and what it holds now, in bytes.
    private static func memory(of process: Int32) throws -> (peak: Int, now: Int) {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        func value(_ key: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
            return (line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) } ?? 0) * 1_024
        }
        return (value("VmHWM:"), value("VmRSS:"))
    }

    private static func hash(of piece: [UInt8], times: Int) -> String {
        let hash = SHA256()
        for _ in 0..<times { hash.update(piece) }
        return hexadecimal(hash.finish())
    }

    @Test("200 MB go up and come down in little memory, whole and in a range")
    func memory() async throws {
        try await withProcesses { mesh, start in
            let (process, probe) = try await start()
            defer { process.kill() }
            let (pieces, piece) = (200, (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            let before = try Self.memory(of: process.id).now
            let path = "\(TrainerHarness.base)artifacts/\(TrainerHarness.run)/big.bin"

            let up = try ProbeConnection(port: probe.port, timeout: .seconds(120))
            await up.write(
                HTTPProbe.request("PUT", path, token: mesh.engineer, headers: ["Content-Length": "\(pieces * piece.count)"]))
            for _ in 0..<pieces { await up.write(piece) }
            #expect(try await up.answer().status == 200)
            let range = try await probe.send(
                "GET", path, token: mesh.engineer, headers: ["Range": "bytes=100000000-159999999"])
            #expect((range.status, range.body.count) == (206, 60_000_000))

            let grown = try Self.memory(of: process.id).peak - before
            #expect(grown < 64 << 20, "\(grown >> 20) MiB")
            let tag = try await probe.send("HEAD", path, token: mesh.engineer)[header: "etag"]
            #expect(tag == "\"sha256:\(Self.hash(of: piece, times: pieces))\"")
        }
    }

    @Test("an upload outlives the process that began it: the parts that had come are there, the rest follows elsewhere")
    func killed() async throws {
        try await withProcesses { mesh, start in
            let (first, probe) = try await start()
            let made = try await probe.send(
                "POST", "\(TrainerHarness.base)mpu/create/\(TrainerHarness.run)", token: mesh.engineer,
                json: #"{"path": "model.bin", "num_parts": 2}"#)
            let id = try #require(made.json["upload_id"]?.stringValue)
            let key = try #require(made.json["credentials"]?.arrayValue?.first?["headers"]?["x-upload-key"]?.stringValue)
            let part = "/v1/trainer/uploads/\(id)/parts/"
            #expect(try await probe.send("PUT", part + "1", headers: ["x-upload-key": key], body: Array("one".utf8)).status == 200)
            let half = try ProbeConnection(port: probe.port)
            await half.write(HTTPProbe.request("PUT", part + "2", headers: ["x-upload-key": key, "Content-Length": "3"]))
            await half.write("t")
            first.kill()

            let (second, other) = try await start()
            defer { second.kill() }
            #expect(try await other.send("PUT", part + "2", headers: ["x-upload-key": key], body: Array("two".utf8)).status == 200)
            let done = try await other.send(
                "POST", "\(TrainerHarness.base)mpu/complete/\(TrainerHarness.run)", token: mesh.engineer,
                json: #"{"path": "model.bin", "upload_id": "\#(id)"}"#)
            #expect(done.status == 200, "\(done.text)")
            #expect(try await mesh.artifact("GET", "model.bin").text == "onetwo")
        }
    }

    @Test("an upload whose client or server dies on the way leaves what was there before")
    func broken() async throws {
        try await withProcesses { mesh, start in
            #expect(try await mesh.artifact("PUT", "x", body: [1]).status == 200)
            let (process, probe) = try await start()
            let connection = try ProbeConnection(port: probe.port)
            let path = "\(TrainerHarness.base)artifacts/\(TrainerHarness.run)/x"
            await connection.write(HTTPProbe.request("PUT", path, token: mesh.engineer, headers: ["Content-Length": "100000"]))
            await connection.write(Array(repeating: 9, count: 50_000))
            let incoming = mesh.blobs.root.appending(path: "trainer/artifacts/incoming").path
            try await eventually {
                try FileManager.default.contentsOfDirectory(atPath: incoming).isEmpty ? "nothing has come" : nil
            }
            process.kill()

            #expect(try await mesh.artifact("GET", "x").body == [1])
            try await mesh.parts.sweep.sweep(at: .now + 2 * ArtifactSweep.endedAge)
            #expect(try FileManager.default.contentsOfDirectory(atPath: incoming).isEmpty)
            #expect(try await mesh.artifact("GET", "x").body == [1])
        }
    }
}
