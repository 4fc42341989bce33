import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Runs whose last worker is gone", .serialized)
struct LostWorkerTests {
    /// Queues a run as a worker has left it that ended over it.
    private func leave(_ mesh: TrainerHarness, run id: String, losses: Int = 0, isOverdue: Bool = false) async throws {
        let run = TrainingRun(
            id: id, capability: "digits", state: .queued, manifestRevision: 1, recipe: "softmax-regression", parameters: ["l2": 0.01],
            seed: 7, metrics: [:], environment: [:], createdAt: .now)
        let stored = StoredRun(run: run, manifest: try Digits.manifest(), askedDataset: nil)
        try await mesh.database.transaction { connection in
            try await RunStore.add(stored, team: "documents", by: "key:1", on: connection)
            // The claim that follows counts one loss more.
            try await connection.execute(
                """
                UPDATE jobs
                   SET fence = 1, attempts = 1, losses = \(losses - 1), lease_until = now() - interval '1 second',
                       deadline = now() + \(isOverdue ? -1 : 3_600) * interval '1 second'
                 WHERE id = \(id)
                """)
        }
    }

    @Test("a run whose time was over after it was registered ends well, with its suite")
    func registered() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let version = try Digits.version(run: "run-1")
            mesh.peers.change { $0.versions.append(version) }
            try await leave(mesh, run: "run-1", isOverdue: true)

            let ended = try await mesh.ended("run-1")
            #expect(ended.state == .succeeded, "\(ended.error ?? "")")
            #expect(ended.version == 1)
            #expect(ended.model == version.model)
            #expect(try await mesh.endings(ended) == 1)

            try await leave(mesh, run: "run-2", isOverdue: true)
            let late = try await mesh.ended("run-2")
            #expect((late.state, late.error) == (.failed, "Ended by its timeout."))
        }
    }

    @Test("a run is given up when worker after worker was lost over it; one that lost fewer is done")
    func givenUp() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            try await leave(mesh, run: "fatal", losses: RetryPolicy.losses)
            let fatal = try await mesh.ended("fatal")
            #expect(fatal.state == .failed)
            #expect(fatal.error?.hasPrefix("Given up: the trainer ended 5 times") == true, "\(fatal.error ?? "")")

            try await leave(mesh, run: "unlucky", losses: RetryPolicy.losses - 1)
            let unlucky = try await mesh.ended("unlucky")
            #expect(unlucky.state == .succeeded, "\(unlucky.error ?? "")")
        }
    }
}
