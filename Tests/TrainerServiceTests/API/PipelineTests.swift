import BlobStore
import Contracts
import Foundation
import LinearAlgebra
import ONNX
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Training, from the request to the report", .serialized)
struct PipelineTests {
    @Test("the digits are trained, registered once, tested, and the same run again gives the same bytes")
    func digits() async throws {
        try await withTrainer { mesh in
            let manifest = try Digits.manifest()
            let rows = try Digits.rows()
            // The second segment replaces rows of the first: a wrong label there must not count.
            let spoiled = rows.enumerated().map { index, row in
                var row = row
                if index < 900 { row.label = 0 }
                return row
            }
            try await mesh.commit(spoiled, Array(rows.prefix(900)), manifest: manifest)

            let first = try await mesh.ended(try await mesh.start().id)
            #expect(first.state == .succeeded, "\(first.error ?? "")")
            #expect(first.version == 1)
            #expect(first.dataset?.version == 1)
            #expect(first.parameters["l2"] == 0.01)
            #expect((first.metrics["validation_accuracy"] ?? 0) > 0.9)
            #expect((first.metrics["validation_log_loss"] ?? 9) < 0.4)
            #expect(first.metrics["train_rows"] == Double(rows.count { $0.split == "train" }))
            #expect(first.environment["blas.threads"] == "1")
            #expect(first.environment["blas.kernel"] == BLAS.record.kernel)
            #expect((first.iteration ?? 0) > 5)
            #expect(try await mesh.endings(first) == 1)

            let suite = try await mesh.endedSuite(first.id)
            #expect(suite.state == .finished, "\(suite.error ?? "")")
            let report = try #require(suite.report)
            #expect(report.results.map(\.verdict) == [.pass, .pass, .inconclusive, .pass])
            #expect(report.passed)
            #expect(report.results[0].rows == rows.count { $0.split == "test" })
            #expect(report.results[2].needs?.slice == "scanner-z")
            #expect(mesh.peers.now.reports.map(\.id) == [first.id])
            #expect(mesh.peers.now.reports.first?.results == report.results)
            #expect(report.model == first.model)

            let model = try ONNXModel(bytes: try await mesh.blobs.get(try #require(first.model)))
            #expect(model.inputs.map(\.name) == ["pixels"])
            #expect(model.outputs.map(\.name) == ["label", "probabilities"])

            mesh.peers.change { $0.champion = 1 }
            let second = try await mesh.ended(try await mesh.start().id)
            #expect(second.model == first.model)
            #expect(second.version == 2)
            let again = try await mesh.endedSuite(second.id)
            #expect(again.report?.champion == 1)
            #expect(again.report?.results.last?.value == 0)
            #expect(mesh.peers.now.registrations == 2)

            let pages = try await mesh.probe.send("GET", "/v1/trainer/runs/\(first.id)/metrics", token: mesh.engineer)
            let losses = try pages.decode(Page<RunMetric>.self).items.filter { $0.key == "loss" }.map(\.value)
            #expect(losses.count == first.iteration)
            #expect(losses == losses.sorted(by: >))
        }
    }

    @Test("a slice without labels in train fails its test and asks for them; with labels it passes; a suite can be asked for again")
    func redThenGreen() async throws {
        try await withTrainer { mesh in
            let manifest = try Digits.manifest()
            let rows = try Digits.rows(1_000)
            let unlabeled = rows.map { row in
                var row = row
                if row.split == "train", row.label == 8 { row.label = nil }
                return row
            }
            try await mesh.commit(unlabeled, manifest: manifest)
            let red = try await mesh.ended(try await mesh.start().id)
            let failed = try #require(try await mesh.endedSuite(red.id).report?.results.first { $0.name == "eights" })
            #expect(failed.verdict == .fail)
            #expect(failed.value == 0)
            #expect(failed.needs?.slice == "eights")
            #expect((failed.needs?.atLeast ?? 0) > failed.rows)

            try await mesh.commit(rows, manifest: manifest)
            let green = try await mesh.ended(try await mesh.start().id)
            #expect(try await mesh.endedSuite(green.id).report?.passed == true)

            let answer = try await mesh.probe.send(
                "POST", "/v1/trainer/suites", token: mesh.engineer, json: #"{"capability": "digits", "version": 1}"#)
            #expect(answer.status == 201)
            let asked = try answer.decode(SuiteRun.self)
            #expect(answer[header: "location"] == "/v1/trainer/suites/\(asked.id)")
            let again = try await mesh.endedSuite(asked.id)
            #expect(again.report?.dataset.version == 2)
            #expect(again.report?.passed == false)
            #expect(mesh.peers.now.reports.map(\.id) == [red.id, green.id, asked.id])

            let missing = try await mesh.probe.send(
                "POST", "/v1/trainer/suites", token: mesh.engineer, json: #"{"capability": "digits", "version": 1, "dataset": 9}"#)
            let none = try await mesh.endedSuite(try missing.decode(SuiteRun.self).id)
            #expect(none.state == .failed)
            #expect(none.error == "There is no dataset digits with a version 9.")
            let list = try await mesh.probe.send("GET", "/v1/trainer/suites?capability=digits", token: mesh.engineer)
            #expect(try list.decode(Page<SuiteRun>.self).items.map(\.id) == [none.id, asked.id, green.id, red.id])
        }
    }

    @Test("labels that are committed train, register and test the next version by themselves, once")
    func retraining() async throws {
        try await withTrainer { mesh in
            let manifest = try Digits.retrained(newLabels: 50)
            let rows = try Digits.rows(600)
            let half = rows.enumerated().map { index, row in
                var row = row
                if index >= 300 { row.label = nil }
                return row
            }
            try await mesh.database.tell(.applied(try Digits.record(manifest)))
            try await mesh.commit(half, manifest: manifest)
            let first = try await mesh.ended(try await mesh.start().id)
            #expect(first.state == .succeeded, "\(first.error ?? "")")

            try await mesh.commit(rows, manifest: manifest)
            func runs() async throws -> [TrainingRun] {
                let list = try await mesh.probe.send("GET", "/v1/trainer/runs?capability=digits", token: mesh.engineer)
                return try list.decode(Page<TrainingRun>.self).items
            }
            try await eventually(within: .seconds(20)) { try await runs().count == 2 ? nil : "no run started" }
            let second = try await mesh.ended(try await runs()[0].id)
            #expect(second.state == .succeeded, "\(second.error ?? "")")
            #expect(second.dataset?.version == 2)
            #expect(second.version == 2)
            #expect(second.metrics["train_rows"] == Double(rows.count { $0.split == "train" }))
            #expect(try await mesh.endedSuite(second.id).version == 2)
            #expect(try await runs().count == 2)
        }
    }

    @Test("a perceptron follows from its seed")
    func perceptron() async throws {
        try await withTrainer { mesh in
            let manifest = try Digits.manifest()
            try await mesh.commit(try Digits.rows(400), manifest: manifest)
            func digest(_ seed: Int) async throws -> Digest? {
                let json =
                    #"{"capability": "digits", "recipe": "multilayer-perceptron", "parameters": {"hidden": [16], "epochs": 4}, "seed": \#(seed)}"#
                let run = try await mesh.ended(try await mesh.start(json).id)
                #expect(run.state == .succeeded, "\(run.error ?? "")")
                #expect(run.iteration == 4)
                return run.model
            }
            let (one, same, other) = (try await digest(1), try await digest(1), try await digest(2))

            #expect(one != nil)
            #expect(one == same)
            #expect(one != other)
        }
    }

    @Test("choices that are texts are learned by their order, and labels that people doubt weigh less")
    func texts() async throws {
        try await withTrainer { mesh in
            let names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
            let manifest = try Digits.manifest(choices: names.map { .string($0) })
            let rows = try Digits.rows(600).map { row in
                var row = row
                row.label = row.label?.integerValue.map { .string(names[Int($0)]) }
                return row
            }
            try await mesh.commit(rows, manifest: manifest)
            let doubted = rows.enumerated().map { index, row in
                var row = row
                row.confidence = index % 2 == 0 ? 0.5 : nil
                return row
            }
            try await mesh.commit(doubted, manifest: manifest)
            let plain = try await mesh.ended(try await mesh.start(#"{"capability": "digits", "dataset": 1}"#).id)
            let weighted = try await mesh.ended(try await mesh.start().id)

            #expect(plain.state == .succeeded, "\(plain.error ?? "")")
            #expect((plain.metrics["validation_accuracy"] ?? 0) > 0.8)
            #expect(plain.dataset?.version == 1)
            #expect(weighted.dataset?.version == 2)
            #expect(weighted.model != nil)
            #expect(weighted.model != plain.model)
        }
    }

    @Test("rows that make no model end the run with a sentence that says why")
    func failures() async throws {
        try await withTrainer { mesh in
            let manifest = try Digits.manifest()
            let train = try Digits.rows(300).filter { $0.split == "train" }
            let eights = train.filter { $0.label == 8 }
            var odd = train
            odd[3].label = 11
            try await mesh.commit(Array(train.prefix(4)), manifest: manifest)
            try await mesh.commit(
                eights
                    + eights.map { row in
                        var row = row
                        row.id += "-again"
                        return row
                    }, manifest: manifest)
            try await mesh.commit(odd, manifest: manifest)
            func error(_ dataset: Int) async throws -> String? {
                let run = try await mesh.ended(try await mesh.start(#"{"capability": "digits", "dataset": \#(dataset)}"#).id)
                #expect(run.state == .failed)
                #expect(run.model == nil)
                #expect(try await mesh.endings(run) == 1)
                return run.error
            }

            #expect(try await error(1) == "Too few rows: train has 4 with a label, and at least 10 are needed.")
            #expect(try await error(2) == "Every labeled row of train is 8: a classifier needs rows of at least two classes.")
            #expect(
                try await error(3) == "The rows cannot be used: row \(odd[3].id) cannot be used: its label 11 is none of the choices.")
            #expect(try await error(9) == "There is no dataset digits with a version 9.")
            #expect(mesh.peers.now.registrations == 0)
        }
    }

    @Test("a running run shows how far it is, and cancelling ends it without a version")
    func cancel() async throws {
        try await withTrainer { mesh in
            let manifest = try Digits.manifest()
            try await mesh.commit(try Digits.rows(300), manifest: manifest)
            let run = try await mesh.start(
                #"{"capability": "digits", "recipe": "multilayer-perceptron", "parameters": {"epochs": 10000, "hidden": [8]}}"#)
            try await eventually {
                let seen = try await mesh.run(run.id)
                return (seen.iteration ?? 0) > 0 && seen.loss != nil && seen.state == .running ? nil : "\(seen.state)"
            }
            let other = mesh.authority.key(roles: [.engineer], team: "mobile")
            #expect(try await mesh.probe.send("POST", "/v1/trainer/runs/\(run.id)/cancel", token: other).status == 403)

            let asked = try await mesh.probe.send("POST", "/v1/trainer/runs/\(run.id)/cancel", token: mesh.engineer)
            #expect(asked.status == 202)
            let ended = try await mesh.ended(run.id)

            #expect(ended.state == .cancelled)
            #expect(ended.version == nil)
            #expect(mesh.peers.now.registrations == 0)
            #expect(try await mesh.endings(ended) == 1)
            let again = try await mesh.probe.send("POST", "/v1/trainer/runs/\(run.id)/cancel", token: mesh.engineer)
            #expect(again.status == 200)
        }
    }

    @Test("a run whose worker died, or lost it in the middle, is taken up and registered once")
    func takenUp() async throws {
        try await withTrainer(workers: 2, lease: 1_000) { mesh in
            let manifest = try Digits.manifest()
            try await mesh.commit(try Digits.rows(500), manifest: manifest)
            let json = #"{"capability": "digits", "recipe": "multilayer-perceptron", "parameters": {"epochs": 800, "hidden": [8]}}"#
            let run = try await mesh.start(json)
            try await eventually {
                (try await mesh.run(run.id).iteration ?? 0) > 0 ? nil : "no progress yet"
            }
            // As if the holder had been away for longer than its lease: anybody may claim now, and it comes back.
            try await mesh.database.execute("UPDATE jobs SET fence = fence + 1, lease_until = NULL WHERE id = \(run.id)")
            let ended = try await mesh.ended(run.id)

            #expect(ended.state == .succeeded, "\(ended.error ?? "")")
            #expect(mesh.peers.now.versions.count == 1)
            #expect(mesh.peers.now.versions.first?.run == run.id)
            #expect(try await mesh.endings(ended) == 1)
            #expect(try await mesh.endedSuite(run.id).state == .finished)
            #expect(mesh.peers.now.reports.count == 1)
        }
    }

    @Test("a run whose worker died after it had registered a version takes that one, whatever another attempt would make")
    func registeredBefore() async throws {
        try await withTrainer { mesh in
            let version = try Digits.version(run: "run-1")
            mesh.peers.change { $0.versions.append(version) }
            try await mesh.commit(try Digits.rows(200), manifest: try Digits.manifest())
            try await mesh.queue(run: "run-1")
            let ended = try await mesh.ended("run-1")

            #expect(ended.state == .succeeded, "\(ended.error ?? "")")
            #expect(ended.version == 1)
            #expect(ended.model == version.model)
            #expect(mesh.peers.now.registrations == 0)
        }
    }

    @Test("a version registered while another attempt computes is given back to it")
    func registeredMeanwhile() async throws {
        let peers = Peers()
        try await withRunning(peers.service()) { probe in
            let version = try Digits.version(run: "run-1")
            peers.change { $0.versions.append(version) }
            let registry = RegistryPeer(client: peers.client("http://127.0.0.1:\(probe.port)"))
            let other = NewModelVersion(
                model: Digest(of: [2]), bytes: 1, run: "run-1", dataset: version.dataset, manifestRevision: 1, recipe: version.recipe,
                parameters: version.parameters, seed: 7, metrics: [:])

            #expect(try await registry.register(other, of: "digits").model == version.model)
        }
    }

    @Test("a suite ends with the report that is stored at the registry, which an earlier attempt may have put there")
    func storedReport() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let first = SuiteReport(
                id: "run-1", capability: "digits", model: Digest(of: [1]), version: 1, manifestRevision: 1,
                dataset: DatasetReference(name: "digits", version: 1), champion: nil, startedAt: .now, seconds: 1, results: [])
            mesh.peers.change { $0.reports.append(first) }
            try await mesh.queue(run: "run-1")

            #expect(try await mesh.ended("run-1").state == .succeeded)
            #expect(try await mesh.endedSuite("run-1").report?.model == first.model)
            let rows = try await mesh.database.query("SELECT asked_dataset FROM suites WHERE id = 'run-1'")
            #expect(try rows.first?.decode("asked_dataset", as: Int?.self) == 1)
        }
    }

    @Test("a capability is not trained on another team's dataset")
    func foreignDataset() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(100), manifest: try Digits.manifest())
            mesh.peers.change { $0.datasetTeam = "mobile" }
            let run = try await mesh.ended(try await mesh.start().id)

            #expect(run.state == .failed)
            #expect(run.error == "Dataset digits belongs to team mobile, not to documents.")
        }
    }

    @Test("a registry that is away for a while delays a run, and does not fail it")
    func away() async throws {
        try await withTrainer { mesh in
            let manifest = try Digits.manifest()
            try await mesh.commit(try Digits.rows(300), manifest: manifest)
            let run = try await mesh.start()
            mesh.peers.change { $0.isAway = true }
            try await eventually {
                let seen = try await mesh.run(run.id)
                return seen.state == .queued && seen.error != nil ? nil : "\(seen.state)"
            }
            let refused = try await mesh.probe.send("POST", "/v1/trainer/runs", token: mesh.engineer, json: #"{"capability": "digits"}"#)
            #expect(refused.status == 503)
            mesh.peers.change { $0.isAway = false }
            let ended = try await mesh.ended(run.id)

            #expect(ended.state == .succeeded, "\(ended.error ?? "")")
            #expect(ended.error == nil)
            #expect(mesh.peers.now.versions.count == 1)
        }
    }
}
