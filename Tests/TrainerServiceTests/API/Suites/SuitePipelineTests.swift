import BlobStore
import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Suites, from the request to the report", .serialized)
struct SuitePipelineTests {
    private func ask(_ mesh: TrainerHarness, _ json: String) async throws -> SuiteRun {
        let answer = try await mesh.probe.send(
            "POST", "/v1/trainer/suites", token: mesh.engineer, json: json)
        guard answer.status == 201 else { throw TestSupportError("\(answer.status) \(answer.text)") }
        return try await mesh.endedSuite(try answer.decode(SuiteRun.self).id)
    }

    @Test(
        "an alias is tested as the version that it means when it is asked for; the report lies under its digest"
    )
    func alias() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(500), manifest: try Digits.manifest())
            let run = try await mesh.ended(try await mesh.start().id)
            mesh.peers.change { $0.champion = run.version }

            let suite = try await ask(mesh, #"{"capability": "digits", "alias": "champion"}"#)
            #expect(suite.state == .finished, "\(suite.error ?? "")")
            #expect(suite.version == 1)
            #expect(suite.alias == "champion")
            #expect(suite.report?.version == 1)
            let kept = try await mesh.blobs.get(try #require(suite.digest))
            #expect(try WireJSON.decode(SuiteReport.self, from: Data(kept)) == suite.report)
            let none = try await mesh.probe.send(
                "POST", "/v1/trainer/suites", token: mesh.engineer,
                json: #"{"capability": "digits", "alias": "candidate"}"#)
            #expect((none.status, none.json["code"]) == (404, "registry.version_unknown"))
        }
    }

    @Test(
        "the model of a run that has registered no version is tested, and its report goes to no version"
    )
    func run() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(500), manifest: try Digits.manifest())
            let run = try await mesh.ended(try await mesh.start().id)
            _ = try await mesh.endedSuite(run.id)
            let reports = mesh.peers.now.reports.count
            try await mesh.database.execute("UPDATE runs SET version = NULL WHERE id = \(run.id)")

            let suite = try await ask(mesh, #"{"capability": "digits", "run": "\#(run.id)"}"#)
            #expect(suite.state == .finished, "\(suite.error ?? "")")
            #expect(suite.run == run.id)
            #expect(suite.version == nil)
            #expect(suite.report?.model == run.model)
            #expect(suite.report?.version == nil)
            #expect(suite.digest != nil)
            #expect(mesh.peers.now.reports.count == reports)
        }
    }

    @Test(
        "a run that is not there, has no model, belongs to others or to another capability is refused")
    func refusedRuns() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(
                Array(try Digits.rows(300).filter { $0.split == "train" }.prefix(4)),
                manifest: try Digits.manifest())
            let run = try await mesh.ended(try await mesh.start().id)
            let record = try Digits.record(try Digits.manifest())
            mesh.peers.change { $0.capabilities["letters"] = record }
            func answer(_ json: String) async throws -> (Int, JSONValue?) {
                let answer = try await mesh.probe.send(
                    "POST", "/v1/trainer/suites", token: mesh.engineer, json: json)
                return (answer.status, answer.json["code"])
            }

            #expect(
                try await answer(#"{"capability": "digits", "run": "nothing"}"#) == (
                    404, "trainer.run_unknown"
                ))
            #expect(
                try await answer(#"{"capability": "digits", "run": "\#(run.id)"}"#) == (
                    409, "request.conflict"
                ))
            #expect(try await answer(#"{"capability": "letters", "run": "\#(run.id)"}"#).0 == 400)
            try await mesh.database.execute("UPDATE runs SET team = 'mobile' WHERE id = \(run.id)")
            #expect(
                try await answer(#"{"capability": "digits", "run": "\#(run.id)"}"#) == (
                    403, "request.forbidden"
                ))
        }
    }

    @Test(
        "over seeds the recipe is fitted anew, the first seed is the version's own, and a test at the edge is flaky"
    )
    func seeds() async throws {
        try await withTrainer { mesh in
            let rows = try Digits.rows()
            // Which digits a perceptron of two hidden units tells apart is luck.
            var manifest = try Digits.manifest(
                parameters: #"{"hidden": [2], "epochs": 2, "learningRate": 0.01}"#,
                recipe: "multilayer-perceptron")
            manifest.tests = [TestSpec(name: "some", kind: "metric", metric: "recall", slice: "eights", atLeast: 0.001)]
            try await mesh.commit(rows, manifest: manifest)
            let run = try await mesh.ended(try await mesh.start().id)
            #expect(run.state == .succeeded, "\(run.error ?? "")")

            let suite = try await ask(mesh, #"{"capability": "digits", "version": 1, "seeds": 6}"#)
            #expect(suite.state == .finished, "\(suite.error ?? "")")
            let report = try #require(suite.report)
            #expect(suite.seeds == 6)
            #expect(report.seeds == [7, 8, 9, 10, 11, 12])
            #expect(report.model == run.model)
            let result = report.results[0]
            let values = (result.parts ?? []).filter { $0.name.hasPrefix("seed") }.compactMap(\.value)
            #expect(values.count == 6)
            #expect(values.first == result.value)
            #expect(Set(values).count > 1)

            // A bound between the best seed's interval and the worst one's: one passes, the other fails.
            let parts = result.parts ?? []
            let (best, worst) = (parts.compactMap(\.low).max() ?? 0, parts.compactMap(\.high).min() ?? 1)
            try #require(best > worst, "the seeds are too much alike: \(parts)")
            let middle = (best + worst) / 2
            // The version's own seed passes: where it fails, the test has failed, whatever other seeds say.
            let isWorst = (result.value ?? 0) < middle
            manifest.tests = [
                TestSpec(
                    name: "some", kind: "metric", metric: "recall", slice: "eights", atLeast: isWorst ? nil : middle,
                    atMost: isWorst ? middle : nil)
            ]
            let record = try Digits.record(manifest)
            mesh.peers.change { $0.capabilities["digits"] = record }
            let edge = try #require(
                try await ask(mesh, #"{"capability": "digits", "version": 1, "seeds": 6}"#).report)
            #expect(edge.results[0].verdict == .flaky, "\(edge.results[0].message)")
            #expect(!edge.passed)
            #expect(edge.results[0].parts?.compactMap(\.value) == parts.compactMap(\.value))
        }
    }
}
