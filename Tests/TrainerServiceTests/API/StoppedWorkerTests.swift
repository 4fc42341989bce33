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
        try await withTrainerProcesses { mesh, start in
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
        try await withTrainerProcesses { mesh, start in
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
        try await withTrainerProcesses { mesh, start in
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
        try await withTrainerProcesses { mesh, start in
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

    @Test("the program of a killed trainer dies with it, its credential is ended, and the run is tried again", .enabled(if: hasNamespaces))
    func killedProgram() async throws {
        try await withTrainerProcesses { mesh, start in
            try await mesh.commit(try Digits.rows(300), manifest: try Digits.manifest())
            let archive = try await mesh.archive(of: "echo begun; sleep 3; echo done")
            let first = try start()
            let recipe = CommandRecipe(archive: archive, command: ["sh", "train.sh"])
            let wish = NewRun(capability: "digits", command: recipe)
            let run = try await mesh.start(String(decoding: try WireJSON.encode(wish), as: UTF8.self))
            try await eventually(within: .seconds(30)) {
                let log = try await mesh.probe.send("GET", "/v1/trainer/runs/\(run.id)/logs", token: mesh.engineer).text
                return log.contains("begun") ? nil : log
            }
            first.kill()
            try await eventually(within: .seconds(5)) { mesh.programs(of: run) == 0 ? nil : "\(mesh.programs(of: run)) live on" }

            let second = try start()
            let ended = try await mesh.ended(run.id)
            #expect(ended.state == .succeeded, "\(ended.error ?? "")")
            #expect(ended.attempt == 2)
            #expect(mesh.peers.now.attempts.map(\.attempt) == [1, 2])
            #expect(Set(mesh.peers.now.revoked) == ["\(run.id).1", "\(run.id).2"])
            #expect(second.stop() == 0)
        }
    }
}

private let hasNamespaces = SandboxProbe.abilities.namespaces != .none
