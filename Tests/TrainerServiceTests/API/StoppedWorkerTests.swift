import BlobStore
import Contracts
import EventLog
import Foundation
import HTTPService
import Logging
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Workers that are stopped", .serialized)
struct StoppedWorkerTests {
    private let slow = #"{"capability": "digits", "recipe": "multilayer-perceptron", "parameters": {"epochs": 1000, "hidden": [8]}}"#

    /// A trainer that only takes requests, whose work is done by processes beside it.
    private func withProcesses(
        _ body: @Sendable @escaping (TrainerHarness, _ start: @Sendable @escaping () throws -> TrainerProcess) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mlmesh-test-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withTrainerDatabase { url in
            let peers = Peers()
            try await withRunning(peers.service()) { peerProbe in
                let internalURL = "http://127.0.0.1:\(peerProbe.port)"
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let database = Database(url: url, schema: "trainer", maximumConnections: 4, logger: logger)
                let requests = makeRequestsOnly(database, RegistryPeer(client: peers.client(internalURL)))
                try await withRunning(requests) { probe in
                    let mesh = TrainerHarness(probe: probe, peers: peers, database: database, blobs: try DirectoryBlobStore(root: folder))
                    try await body(mesh) {
                        try TrainerProcess(database: url, blobs: folder, internalURL: internalURL, lease: 1_000)
                    }
                }
            }
        }
    }

    private func started(_ mesh: TrainerHarness) async throws -> TrainingRun {
        let run = try await mesh.start(slow)
        try await eventually(within: .seconds(60)) {
            let seen = try await mesh.run(run.id)
            return (seen.iteration ?? 0) > 0 ? nil : "\(seen.state) \(seen.error ?? "")"
        }
        return run
    }

    @Test("the run of a worker that was killed is taken up by another, registered once, with the same bytes as an undisturbed run")
    func killed() async throws {
        try await withProcesses { mesh, start in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let first = try start()
            let run = try await started(mesh)
            first.kill()
            #expect(try await mesh.run(run.id).state == .running)

            let second = try start()
            let ended = try await mesh.ended(run.id)
            #expect(ended.state == .succeeded, "\(ended.error ?? "")")
            #expect(try await mesh.endedSuite(run.id).state == .finished)
            #expect(mesh.peers.now.versions.map(\.run) == [run.id])
            #expect(mesh.peers.now.reports.map(\.id) == [run.id])
            #expect(try await mesh.endings(ended) == 1)

            let undisturbed = try await mesh.ended(try await mesh.start(slow).id)
            #expect(undisturbed.model == ended.model)
            #expect(second.stop() == 0)
        }
    }

    @Test("a worker that is asked to stop lets its run go at once")
    func stopped() async throws {
        try await withProcesses { mesh, start in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let first = try start()
            let run = try await started(mesh)
            #expect(first.stop() == 0)

            let rows = try await mesh.database.query("SELECT lease_until IS NULL AS free, worker FROM jobs WHERE id = \(run.id)")
            let job = try #require(rows.first, "the run ended before the worker was stopped")
            #expect(try job.decode("free", as: Bool.self))
            #expect(try job.decode("worker", as: String?.self) == nil)
            let second = try start()
            #expect(try await mesh.ended(run.id).state == .succeeded)
            #expect(mesh.peers.now.versions.count == 1)
            second.kill()
        }
    }

    @Test("a worker that stood still past its lease commits nothing: the other's result stands, once")
    func stoodStill() async throws {
        try await withProcesses { mesh, start in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let first = try start()
            let run = try await started(mesh)
            first.suspend()

            let second = try start()
            let ended = try await mesh.ended(run.id)
            #expect(ended.state == .succeeded, "\(ended.error ?? "")")
            #expect(ended.attempt == 2)
            let steps = try await mesh.steps(run.id)
            #expect(try await mesh.endedSuite(run.id).state == .finished)
            #expect(second.stop() == 0)

            // It goes on in the midst of its own attempt, with a fence that is not the present one any more.
            first.resume()
            let next = try await mesh.ended(try await mesh.start().id)
            #expect(next.state == .succeeded, "\(next.error ?? "")")
            #expect(try await mesh.run(run.id) == ended)
            #expect(try await mesh.steps(run.id) == steps)
            #expect(try await mesh.endings(ended) == 1)
            #expect(mesh.peers.now.versions.map(\.run) == [run.id, next.id])
            #expect(first.stop() == 0)
        }
    }

    @Test("a run whose time is over while no worker lives is ended by the next one, without a new attempt")
    func overdue() async throws {
        try await withProcesses { mesh, start in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let first = try start()
            let run = try await started(mesh)
            first.kill()
            try await mesh.database.execute("UPDATE jobs SET deadline = now() WHERE id = \(run.id)")

            let second = try start()
            let ended = try await mesh.ended(run.id)
            #expect(ended.state == .failed)
            #expect(ended.error == "Ended by its timeout.")
            #expect(ended.attempt == 1)
            #expect(mesh.peers.now.versions.isEmpty)
            second.kill()
        }
    }
}
