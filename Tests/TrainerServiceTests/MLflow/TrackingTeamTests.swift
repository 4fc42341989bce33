import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Teams in MLflow's API", .serialized)
struct TrackingTeamTests {
    @Test("another team's experiments, runs and models are refused on every route, and found in no search")
    func isolation() async throws {
        try await withTrainer { mesh in
            let other = mesh.authority.key(roles: [.engineer], team: "mobile")
            let experiment = try await mesh.experiment("secret")
            let run = try await mesh.trackedRun(experiment)
            let made = try await mesh.track("logged-models", #"{"experiment_id": "\#(experiment)"}"#)
            let model = try #require(made.json["model"]?["info"]?["model_id"]?.stringValue)
            let body =
                #"{"experiment_id": "\#(experiment)", "new_name": "x", "run_id": "\#(run)", "key": "k", "value": "1", "timestamp": 1, "status": "FAILED", "model_json": "{\"a\": 1}", "metrics": [{"key": "k", "value": 1, "timestamp": 1}]}"#

            for route in RouteTable.all
            where route.service == .trainer && route.access == .scope(.build) && !route.pattern.contains("{model}") {
                guard route.method == "POST", route.pattern.hasPrefix("/mlflow/{api}/2.0/mlflow/"),
                    !route.pattern.hasSuffix("experiments/create")
                else { continue }
                let path = route.pattern.replacing("/mlflow/{api}/2.0/mlflow/", with: "")
                let answer = try await mesh.track(path, body, token: other)
                #expect(answer.verdict == "403 PERMISSION_DENIED", "\(path): \(answer.text)")
            }
            for path in [
                "experiments/get?experiment_id=\(experiment)", "runs/get?run_id=\(run)", "metrics/get-history?run_id=\(run)&metric_key=k",
                "metrics/get-history-bulk-interval?run_ids=\(run)&metric_key=k", "logged-models/\(model)",
            ] {
                #expect(try await mesh.track(get: path, token: other).verdict == "403 PERMISSION_DENIED", "\(path)")
            }
            let changes = [
                ("PATCH", "", #"{"status": "LOGGED_MODEL_READY"}"#), ("DELETE", "", "{}"), ("POST", "/params", #"{"params": []}"#),
                ("PATCH", "/tags", #"{"tags": []}"#), ("DELETE", "/tags/t", "{}"),
            ]
            for (method, path, body) in changes {
                let answer = try await mesh.track("logged-models/\(model)\(path)", body, method: method, token: other)
                #expect(answer.verdict == "403 PERMISSION_DENIED", "\(method) \(path)")
            }
            #expect(
                try await mesh.track(get: "experiments/get-by-name?experiment_name=secret", token: other).verdict
                    == "404 RESOURCE_DOES_NOT_EXIST")
            for path in ["runs/search", "logged-models/search"] {
                #expect(try await mesh.track(path, #"{"experiment_ids": ["\#(experiment)"]}"#, token: other).text == "{}")
            }
            let names = try await mesh.track("experiments/search", "{}", token: other).json["experiments"]?.arrayValue?.map { $0["name"] }
            #expect(names == ["Default"])
            #expect(try await mesh.tracked(run)["data"]?["metrics"] == nil)
        }
    }

    @Test("an administrator reaches every team's, and two teams have an experiment of one name")
    func administrator() async throws {
        try await withTrainer { mesh in
            let administrator = mesh.authority.key(roles: [.administrator], team: "platform")
            let other = mesh.authority.key(roles: [.engineer], team: "mobile")
            let experiment = try await mesh.experiment("shared")
            #expect(try await mesh.experiment("shared", token: other) != experiment)
            let run = try await mesh.trackedRun(experiment)
            #expect(try await mesh.track(get: "runs/get?run_id=\(run)", token: administrator).status == 200)
            let metric = #"{"run_id": "\#(run)", "key": "m", "value": 1, "timestamp": 1}"#
            #expect(try await mesh.track("runs/log-metric", metric, token: administrator).status == 200)
            let found = try await mesh.track("runs/search", #"{"experiment_ids": ["\#(experiment)"]}"#, token: administrator)
            #expect(found.json["runs"]?.arrayValue?.count == 1)
        }
    }
}
