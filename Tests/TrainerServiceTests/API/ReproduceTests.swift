import Contracts
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Runs made again", .serialized)
struct ReproduceTests {
    @Test("a run made again is identical, registers nothing, and reads the rows of then; a changed seed differs and is named")
    func reproduce() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let first = try await mesh.ended(try await mesh.start().id)
            #expect(first.state == .succeeded, "\(first.error ?? "")")
            #expect(first.code?.digest != nil)
            #expect(Set(first.splits?.keys.sorted() ?? []) == ["train", "validation", "test"])
            #expect(first.environment["machine.cores"] != nil)
            // A newer version is there by now.
            try await mesh.commit(try Digits.rows(500), manifest: try Digits.manifest())

            let made = try await mesh.probe.send("POST", "/v1/trainer/runs/\(first.id)/reproductions", token: mesh.engineer, body: [])
            #expect(made.status == 201, "\(made.text)")
            let again = try await mesh.ended(try made.decode(TrainingRun.self).id)
            #expect(again.reproduces == first.id)
            #expect(again.dataset == first.dataset)
            #expect(again.version == nil)
            #expect(mesh.peers.now.versions.map(\.run) == [first.id])
            let same = try await comparison(mesh, first.id, again.id)
            #expect(same.verdict == .identical)
            #expect(same.differences == [])

            let other = try await mesh.ended(
                try await mesh.start(#"{"capability": "digits", "dataset": 2, "seed": 8}"#).id)
            let differs = try await comparison(mesh, first.id, other.id)
            #expect(differs.verdict == .differs)
            #expect(differs.differences.map(\.field).contains("seed"))
            #expect(differs.differences.map(\.field).contains("splits.train"))
            #expect(differs.differences.map(\.field).contains("dataset.version"))
        }
    }

    @Test("only what has made a model is made again, by its own team, and the tolerance is a number")
    func refusals() async throws {
        try await withTrainer { mesh in
            let record = try Digits.record(try Digits.manifest())
            mesh.peers.change { $0.capabilities["digits"] = record }
            let run = try await mesh.ended(try await mesh.start().id)
            #expect(run.state == .failed)
            func status(_ method: String, _ path: String, _ token: String) async throws -> Int {
                try await mesh.probe.send(method, "/v1/trainer/runs/" + path, token: token, body: method == "POST" ? [] : nil).status
            }
            let other = mesh.authority.key(roles: [.engineer], team: "mobile")
            #expect(try await status("POST", "\(run.id)/reproductions", mesh.engineer) == 409)
            #expect(try await status("POST", "\(run.id)/reproductions", other) == 403)
            #expect(try await status("POST", "x/reproductions", mesh.engineer) == 404)
            #expect(try await status("GET", "\(run.id)/comparison/\(run.id)", other) == 403)
            #expect(try await status("GET", "\(run.id)/comparison/x", mesh.engineer) == 404)
            #expect(try await status("GET", "\(run.id)/comparison/\(run.id)?tolerance=2", mesh.engineer) == 400)
            #expect(try await comparison(mesh, run.id, run.id).verdict == .incomplete)
        }
    }

    private func comparison(_ mesh: TrainerHarness, _ first: String, _ second: String) async throws -> RunComparison {
        try await mesh.probe.send("GET", "/v1/trainer/runs/\(first)/comparison/\(second)", token: mesh.engineer).decode(RunComparison.self)
    }
}
