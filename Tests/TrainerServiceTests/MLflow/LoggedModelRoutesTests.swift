import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Logged models of MLflow's API", .serialized)
struct LoggedModelRoutesTests {
    @Test("a logged model begins, gets params, tags and metrics, is ready, is found and is put away")
    func life() async throws {
        try await withTrainer { mesh in
            let run = try await mesh.trackedRun()
            let made = try await mesh.track(
                "logged-models",
                #"{"experiment_id": "0", "name": "net", "source_run_id": "\#(run)", "params": [{"key": "a", "value": "1"}]}"#)
            let id = try #require(made.json["model"]?["info"]?["model_id"]?.stringValue)
            #expect(id.hasPrefix("m-") && id.count == 34)
            #expect(made.json["model"]?["info"]?["status"] == "LOGGED_MODEL_PENDING")
            #expect(made.json["model"]?["info"]?["artifact_uri"] == .string("mlflow-artifacts:/0/models/\(id)/artifacts"))

            let metric =
                #"{"run_id": "\#(run)", "model_id": "\#(id)", "key": "acc", "value": 0.5, "timestamp": 1, "dataset_name": "d", "dataset_digest": "1"}"#
            #expect(try await mesh.track("runs/log-metric", metric).status == 200)
            #expect(try await mesh.track("logged-models/\(id)/params", #"{"params": [{"key": "b", "value": "2"}]}"#).status == 200)
            #expect(
                try await mesh.track("logged-models/\(id)/tags", #"{"tags": [{"key": "t", "value": "v"}]}"#, method: "PATCH").status == 200)
            let ready = try await mesh.track("logged-models/\(id)", #"{"status": "LOGGED_MODEL_READY"}"#, method: "PATCH")
            #expect(ready.json["model"]?["info"]?["status"] == "LOGGED_MODEL_READY")
            #expect(ready.json["model"]?["data"]?["params"]?.arrayValue?.count == 2)
            #expect(ready.json["model"]?["data"]?["metrics"]?.arrayValue?.first?["run_id"] == .string(run))
            #expect(try await mesh.tracked(run)["data"]?["metrics"]?.arrayValue?.count == 1)

            func found(_ more: String) async throws -> Int {
                let answer = try await mesh.track("logged-models/search", #"{"experiment_ids": ["0"], \#(more)}"#)
                #expect(answer.status == 200, "\(answer.text)")
                return answer.json["models"]?.arrayValue?.count ?? 0
            }
            #expect(try await found(#""filter": "metrics.acc > 0.4 AND params.b = '2' AND name = 'net'""#) == 1)
            #expect(try await found(#""filter": "metrics.acc > 0.4", "datasets": [{"dataset_name": "other"}]"#) == 0)
            #expect(try await found(#""filter": "metrics.acc > 0.4", "datasets": [{"dataset_name": "d", "dataset_digest": "1"}]"#) == 1)
            #expect(try await found(#""order_by": [{"field_name": "metrics.acc", "ascending": false, "dataset_name": "d"}]"#) == 1)

            #expect(try await mesh.track("logged-models/\(id)/tags/t", "{}", method: "DELETE").status == 200)
            #expect(try await mesh.track("logged-models/\(id)/tags/t", "{}", method: "DELETE").verdict == "404 RESOURCE_DOES_NOT_EXIST")
            #expect(try await mesh.track("logged-models/\(id)", "{}", method: "DELETE").status == 200)
            #expect(try await mesh.track(get: "logged-models/\(id)").verdict == "404 RESOURCE_DOES_NOT_EXIST")
        }
    }

    @Test("a metric of a model that is not there keeps nothing of the request")
    func unknownModel() async throws {
        try await withTrainer { mesh in
            let run = try await mesh.trackedRun()
            let metric = #"{"run_id": "\#(run)", "model_id": "m-none", "key": "acc", "value": 0.5, "timestamp": 1}"#
            #expect(try await mesh.track("runs/log-metric", metric).verdict == "404 RESOURCE_DOES_NOT_EXIST")
            #expect(try await mesh.tracked(run)["data"]?["metrics"] == nil)
        }
    }
}
