import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Runs of MLflow's API", .serialized)
struct TrackedRunRoutesTests {
    @Test("a run has a name that is made up and stands in a tag; tag and update rename it; it ends as it is told")
    func life() async throws {
        try await withTrainer { mesh in
            let id = try await mesh.trackedRun()
            let run = try await mesh.tracked(id)
            let name = try #require(run["info"]?["run_name"]?.stringValue)
            #expect(id.count == 32)
            #expect(name.split(separator: "-").count == 3)
            #expect(run["data"]?["tags"] == [["key": "mlflow.runName", "value": .string(name)]])
            #expect(run["info"]?["artifact_uri"] == .string("mlflow-artifacts:/0/\(id)/artifacts"))
            #expect(run["info"]?["start_time"] == 5)
            #expect(run["info"]?["user_id"] == "")

            _ = try await mesh.track("runs/set-tag", #"{"run_id": "\#(id)", "key": "mlflow.runName", "value": "mine"}"#)
            #expect(try await mesh.tracked(id)["info"]?["run_name"] == "mine")
            let ended = try await mesh.track(
                "runs/update", #"{"run_id": "\#(id)", "status": "FINISHED", "end_time": "17", "run_name": "last"}"#)
            #expect(ended.json["run_info"]?["end_time"] == 17)
            let after = try await mesh.tracked(id)
            #expect(after["info"]?["status"] == "FINISHED")
            #expect(after["data"]?["tags"] == [["key": "mlflow.runName", "value": "last"]])
            let both = try await mesh.track(
                "runs/create", #"{"run_name": "a", "tags": [{"key": "mlflow.runName", "value": "b"}]}"#)
            #expect(both.verdict == "400 INVALID_PARAMETER_VALUE")
        }
    }

    @Test("metrics: a point that comes twice is one, the newest is that of the highest step; NaN and infinities come back as they must")
    func metrics() async throws {
        try await withTrainer { mesh in
            let id = try await mesh.trackedRun()
            let points = [("2", "3", "1"), ("1", "9", "2"), ("1", "9", "2"), ("\"NaN\"", "4", "-5"), ("\"-Infinity\"", "4", "-6")]
            for (value, at, step) in points {
                let body =
                    #"{"run_uuid": "\#(id)", "run_id": "\#(id)", "key": "loss", "value": \#(value), "timestamp": "\#(at)", "step": \#(step)}"#
                #expect(try await mesh.track("runs/log-metric", body).text == "{}")
            }
            let history = try await mesh.track(get: "metrics/get-history?run_id=\(id)&metric_key=loss").json["metrics"]?.arrayValue ?? []
            #expect(history.map { $0["timestamp"] } == [3, 4, 4, 9])
            #expect(history.map { $0["step"] } == [1, -6, -5, 2])
            #expect(history.compactMap { $0["value"] } == [2, .number(-Double.greatestFiniteMagnitude), "NaN", 1])
            #expect(try await mesh.tracked(id)["data"]?["metrics"]?.arrayValue?.map { $0["value"] } == [1])
            #expect(try await mesh.track(get: "metrics/get-history?run_id=\(id)&metric_key=none").text == "{}")

            let first = try await mesh.track(get: "metrics/get-history?run_id=\(id)&metric_key=loss&max_results=3").json
            #expect(first["metrics"]?.arrayValue?.count == 3)
            let token = try #require(first["next_page_token"]?.stringValue)
            let rest = try await mesh.track(get: "metrics/get-history?run_id=\(id)&metric_key=loss&max_results=3&page_token=\(token)").json
            #expect(rest["metrics"]?.arrayValue?.map { $0["timestamp"] } == [9])
            #expect(rest["next_page_token"] == nil)
            let stray = try await mesh.track(get: "metrics/get-history?run_id=\(id)&metric_key=other&page_token=\(token)")
            #expect(stray.verdict == "400 INVALID_PARAMETER_VALUE")
        }
    }

    @Test("a param is written once; a batch that would change one keeps nothing of itself")
    func params() async throws {
        try await withTrainer { mesh in
            let id = try await mesh.trackedRun()
            func log(_ value: String) async throws -> ProbeAnswer {
                try await mesh.track("runs/log-parameter", #"{"run_id": "\#(id)", "key": "l2", "value": "\#(value)"}"#)
            }
            #expect(try await log("1").status == 200)
            #expect(try await log("1").status == 200)
            let changed = try await log("2")
            #expect(changed.verdict == "400 INVALID_PARAMETER_VALUE")
            #expect(changed.message.contains("Changing param values is not allowed"))

            let batch = try await mesh.track(
                "runs/log-batch",
                #"{"run_id": "\#(id)", "metrics": [{"key": "m", "value": 1, "timestamp": 1}], "params": [{"key": "l2", "value": "3"}, {"key": "new", "value": "x"}], "tags": [{"key": "t", "value": "v"}]}"#
            )
            #expect(batch.status == 400)
            let run = try await mesh.tracked(id)
            #expect(run["data"]?["metrics"] == nil)
            #expect(run["data"]?["params"] == [["key": "l2", "value": "1"]])
            #expect(run["data"]?["tags"]?.arrayValue?.count == 1)
            let twice = try await mesh.track(
                "runs/log-batch", #"{"run_id": "\#(id)", "params": [{"key": "a", "value": "1"}, {"key": "a", "value": "1"}]}"#)
            #expect(twice.message.contains("Duplicate parameter keys"))
            let long = String(repeating: "x", count: 7_000)
            #expect(try await mesh.track("runs/log-parameter", #"{"run_id": "\#(id)", "key": "long", "value": "\#(long)"}"#).status == 200)
            let kept = try await mesh.tracked(id)["data"]?["params"]?.arrayValue?.last?["value"]?.stringValue
            #expect(kept?.count == 6_000)
        }
    }

    @Test("a run that is put away takes nothing, one that has ended does")
    func stages() async throws {
        try await withTrainer { mesh in
            let id = try await mesh.trackedRun()
            let metric = #"{"run_id": "\#(id)", "key": "m", "value": 1, "timestamp": 1}"#
            _ = try await mesh.track("runs/update", #"{"run_id": "\#(id)", "status": "FAILED"}"#)
            #expect(try await mesh.track("runs/log-metric", metric).status == 200)
            _ = try await mesh.track("runs/delete", #"{"run_id": "\#(id)"}"#)
            for path in ["runs/log-metric", "runs/set-tag", "runs/log-parameter"] {
                let answer = try await mesh.track(path, #"{"run_id": "\#(id)", "key": "m", "value": "1", "timestamp": 1}"#)
                #expect(answer.verdict == "400 INVALID_PARAMETER_VALUE", "\(path)")
                #expect(answer.message.contains("must be in the 'active' state"))
            }
            _ = try await mesh.track("runs/restore", #"{"run_id": "\#(id)"}"#)
            #expect(try await mesh.track("runs/log-metric", metric).status == 200)
        }
    }

    @Test("datasets, models and old models are noted with a run")
    func inputs() async throws {
        try await withTrainer { mesh in
            let id = try await mesh.trackedRun()
            let dataset = #"{"name": "digits", "digest": "abc", "source_type": "http", "source": "{}", "schema": "s"}"#
            let inputs = try await mesh.track(
                "runs/log-inputs",
                #"{"run_id": "\#(id)", "datasets": [{"dataset": \#(dataset), "tags": [{"key": "mlflow.data.context", "value": "train"}]}]}"#
            )
            #expect(inputs.text == "{}")
            #expect(
                try await mesh.track("runs/outputs", #"{"run_id": "\#(id)", "models": [{"model_id": "m-1", "step": 3}]}"#).status == 200)
            for path in ["a", "b"] {
                let body = #"{"run_id": "\#(id)", "model_json": "{\"artifact_path\": \"\#(path)\"}"}"#
                #expect(try await mesh.track("runs/log-model", body).status == 200)
            }
            let run = try await mesh.tracked(id)
            let input = run["inputs"]?["dataset_inputs"]?.arrayValue?.first
            #expect(input?["dataset"]?["source_type"] == "http")
            #expect(input?["tags"] == [["key": "mlflow.data.context", "value": "train"]])
            #expect(run["outputs"]?["model_outputs"] == [["model_id": "m-1", "step": 3]])
            let history = run["data"]?["tags"]?.arrayValue?.first { $0["key"] == "mlflow.log-model.history" }
            #expect(history?["value"] == #"[{"artifact_path":"a"},{"artifact_path":"b"}]"#)
            let found = try await mesh.track(
                "runs/search", #"{"experiment_ids": ["0"], "filter": "dataset.context = 'train' AND datasets.name LIKE 'dig%'"}"#)
            #expect(found.json["runs"]?.arrayValue?.count == 1)
            #expect(try await mesh.track("runs/search", #"{"experiment_ids": ["0"], "filter": "dataset.context = 'eval'"}"#).text == "{}")
        }
    }

    @Test("steps of long histories are sampled, with the first and the last")
    func sampling() async throws {
        try await withTrainer { mesh in
            let id = try await mesh.trackedRun()
            let metrics = (0..<100).map { #"{"key": "m", "value": \#($0), "timestamp": \#($0), "step": \#($0)}"# }.joined(separator: ",")
            #expect(try await mesh.track("runs/log-batch", #"{"run_id": "\#(id)", "metrics": [\#(metrics)]}"#).status == 200)
            let answer = try await mesh.track(
                get: "metrics/get-history-bulk-interval?run_ids=\(id)&metric_key=m&max_results=5&start_step=10&end_step=90")
            #expect(answer.json["metrics"]?.arrayValue?.map { $0["step"] } == [10, 30, 50, 70, 90])
            #expect(answer.json["metrics"]?.arrayValue?.first?["run_id"] == .string(id))
        }
    }

    @Test("of a run that logs without steps a sample holds no more points than of any other")
    func samplingWithoutSteps() async throws {
        try await withTracking { parts in
            let (one, two) = (try await parts.run().id, try await parts.run().id)
            for run in [one, two] {
                try await parts.runs.database.execute(
                    """
                    INSERT INTO tracked_metrics (run, key, at, step, value)
                         SELECT \(run), 'm', at, 0, 1
                           FROM generate_series(0, 49) AS p (at)
                    """)
            }
            let found = try await parts.runs.points("m", of: [one, two], at: [0], limit: 7)
            #expect(Dictionary(grouping: found, by: \.run).mapValues { $0.map(\.point.at) } == [one: Array(0..<7), two: Array(0..<7)])
        }
    }

    static let refused: [(String, String, String)] = [
        ("runs/log-metric", "{}", "400 INVALID_PARAMETER_VALUE Missing value for required parameter 'run_id'"),
        (
            "runs/log-metric", #"{"run_id": "x", "key": "m", "value": 1}"#,
            "400 INVALID_PARAMETER_VALUE Missing value for required parameter 'timestamp'"
        ),
        ("runs/log-metric", #"{"run_id": "x", "key": "m", "value": "one", "timestamp": 1}"#, "400 INVALID_PARAMETER_VALUE Invalid value"),
        ("runs/log-metric", #"{"run_id": "x", "key": "../m", "value": 1, "timestamp": 1}"#, "400 INVALID_PARAMETER_VALUE Invalid value"),
        (
            "runs/log-metric", #"{"run_id": "x", "key": "m", "value": 1, "timestamp": 1}"#,
            "404 RESOURCE_DOES_NOT_EXIST Run with id=x not found"
        ),
        ("runs/log-metric", #"{"run_id": "\u0000", "key": "m", "value": 1, "timestamp": 1}"#, "404 RESOURCE_DOES_NOT_EXIST Run with id="),
        (
            "runs/set-tag", #"{"run_id": "x", "key": "k", "value": "a\u0000"}"#,
            "400 INVALID_PARAMETER_VALUE Invalid value for parameter 'value'"
        ),
        ("runs/update", #"{"run_id": "x", "status": "DONE"}"#, "400 INVALID_PARAMETER_VALUE Invalid value"),
        ("runs/create", #"{"experiment_id": "abc"}"#, "400 INVALID_PARAMETER_VALUE Invalid experiment ID 'abc'"),
        ("runs/create", #"{"experiment_id": "77"}"#, "404 RESOURCE_DOES_NOT_EXIST No Experiment with id=77 exists"),
        ("runs/search", #"{"experiment_ids": ["0"], "filter": "metrics.a = 'x'"}"#, "400 INVALID_PARAMETER_VALUE Invalid filter"),
        (
            "runs/search", #"{"experiment_ids": ["0"], "filter": "tags.a = '\u0000'"}"#,
            "400 INVALID_PARAMETER_VALUE Invalid value for parameter 'filter'"
        ),
        ("runs/search", #"{"experiment_ids": ["0"], "max_results": 50001}"#, "400 INVALID_PARAMETER_VALUE Invalid value 50001"),
        ("logged-models", #"{"name": "m"}"#, "400 INVALID_PARAMETER_VALUE Missing value for required parameter 'experiment_id'"),
        ("logged-models", #"{"experiment_id": "0", "name": "a/b"}"#, "400 INVALID_PARAMETER_VALUE Invalid value"),
    ]

    @Test("what is wrong is refused in MLflow's words")
    func refusals() async throws {
        try await withTrainer { mesh in
            for (path, body, expected) in Self.refused {
                let answer = try await mesh.track(path, body)
                #expect("\(answer.verdict) \(answer.message)".hasPrefix(expected), "\(path) \(body): \(answer.text)")
            }
            let metrics = Array(repeating: #"{"key": "m", "value": 1, "timestamp": 1}"#, count: 1_001).joined(separator: ",")
            let batch = try await mesh.track("runs/log-batch", #"{"run_id": "x", "metrics": [\#(metrics)]}"#)
            #expect(batch.message.contains("at most 1000 metrics"))
        }
    }
}
