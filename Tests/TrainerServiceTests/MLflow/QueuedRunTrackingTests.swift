import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Runs of the trainer and runs of MLflow's clients are one", .serialized)
struct QueuedRunTrackingTests {
    @Test("a run of a recipe is in the experiment of its capability, with params, metrics and its end")
    func queued() async throws {
        try await withTrainer { mesh in
            let manifest = try Digits.manifest()
            try await mesh.commit(try Digits.rows(300), manifest: manifest)
            let id = try await mesh.start().id
            let early = try await mesh.tracked(id)
            #expect(early["info"]?["status"] == "SCHEDULED" || early["info"]?["status"] == "RUNNING")
            let run = try await mesh.ended(id)
            #expect(run.state == .succeeded, "\(run.error ?? "")")

            let experiment = try await mesh.track(get: "experiments/get-by-name?experiment_name=digits").json["experiment"]
            let name = try #require(experiment?["experiment_id"]?.stringValue)
            let found = try await mesh.track(
                "runs/search", #"{"experiment_ids": ["\#(name)"], "filter": "metrics.validation_accuracy > 0.1 AND params.l2 = '0.01'"}"#)
            let seen = found.json["runs"]?.arrayValue?.first
            #expect(seen?["info"]?["run_id"] == .string(id))
            #expect(seen?["info"]?["status"] == "FINISHED")
            #expect(seen?["info"]?["end_time"]?.integerValue != nil)
            let history = try await mesh.track(get: "metrics/get-history?run_id=\(id)&metric_key=loss").json["metrics"]?.arrayValue
            #expect(history?.count == (try await mesh.steps(id)).filter { $0.key == "loss" }.count)
            #expect(try await mesh.track("runs/update", #"{"run_id": "\#(id)", "status": "FAILED"}"#).status == 200)
            #expect(try await mesh.tracked(id)["info"]?["status"] == "FINISHED")
            #expect(try await mesh.track(get: "artifacts/list?run_id=\(id)").status == 200)
        }
    }

    @Test("a run that a client makes is among the trainer's runs, with its metrics, for its team alone")
    func clients() async throws {
        try await withTrainer { mesh in
            let experiment = try await mesh.experiment("digits")
            let id = try await mesh.trackedRun(experiment)
            _ = try await mesh.track(
                "runs/log-batch",
                #"{"run_id": "\#(id)", "metrics": [{"key": "loss", "value": 0.5, "timestamp": 1, "step": 3}, {"key": "bad", "value": "NaN", "timestamp": 1}], "params": [{"key": "l2", "value": "1"}]}"#
            )
            let list = try await mesh.probe.send("GET", "/v1/trainer/runs?capability=digits", token: mesh.engineer)
            let run = try #require(try list.decode(Page<TrainingRun>.self).items.first)
            #expect((run.id, run.recipe, run.state) == (id, "mlflow", .running))
            #expect(run.metrics == ["loss": 0.5])
            #expect(run.parameters == ["l2": "1"])
            #expect(try await mesh.steps(id).map(\.step) == [3])
            _ = try await mesh.track("runs/update", #"{"run_id": "\#(id)", "status": "FINISHED", "end_time": 1790000000000}"#)
            #expect(try await mesh.run(id).state == .succeeded)

            let other = mesh.authority.key(roles: [.viewer], team: "mobile")
            #expect(try await mesh.probe.send("GET", "/v1/trainer/runs/\(id)", token: other).status == 403)
            let theirs = try await mesh.probe.send("GET", "/v1/trainer/runs", token: other)
            #expect(theirs.json["items"]?.arrayValue?.count == 0)
        }
    }

    @Test("whatever times a client gives, no run breaks the list: those out of range stand at its end, and MLflow's API gives them back")
    func oddTimes() async throws {
        try await withTrainer { mesh in
            let times = [Int64.max, 1_790_000_000_000_000_000, -5, .min]
            for time in times {
                let made = try await mesh.track("runs/create", #"{"start_time": \#(time)}"#)
                let id = try #require(made.json["run"]?["info"]?["run_id"]?.stringValue, "\(made.text)")
                #expect(try await mesh.tracked(id)["info"]?["start_time"] == .integer(time))
                let point = #"{"run_id": "\#(id)", "key": "loss", "value": 1, "timestamp": \#(time), "step": 1}"#
                #expect(try await mesh.track("runs/log-metric", point).status == 200)
                let last = Date(timeIntervalSince1970: 253_402_300_799)
                let expected = time > 0 ? last : Date(timeIntervalSince1970: 0)
                let run = try await mesh.run(id)
                #expect(abs(run.createdAt.timeIntervalSince(expected)) < 1)
                #expect(run.endedAt == nil)
                #expect(try await mesh.steps(id).map { abs($0.at.timeIntervalSince(expected)) < 1 } == [true])
                let ended = try await mesh.track("runs/update", #"{"run_id": "\#(id)", "status": "FINISHED", "end_time": \#(time)}"#)
                #expect(ended.status == 200)
            }
            let list = try await mesh.probe.send("GET", "/v1/trainer/runs", token: mesh.engineer)
            #expect(list.status == 200, "\(list.text)")
            #expect(try list.decode(Page<TrainingRun>.self).items.count { $0.endedAt != nil } == times.count)
        }
    }
}
