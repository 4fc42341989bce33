import Contracts
import Foundation
import Logging
import MLflow
import Postgres
import ServiceTestSupport
import TestSupport

@testable import TrainerService

/// Requests of MLflow's API.
extension TrainerHarness {
    func track(_ path: String, _ json: String, method: String = "POST", token: String? = nil) async throws -> ProbeAnswer {
        try await probe.send(method, "/mlflow/api/2.0/mlflow/" + path, token: token ?? engineer, json: json)
    }

    func track(get path: String, token: String? = nil) async throws -> ProbeAnswer {
        try await probe.send("GET", "/mlflow/api/2.0/mlflow/" + path, token: token ?? engineer)
    }

    /// Makes an experiment and gives its id.
    func experiment(_ name: String, token: String? = nil) async throws -> String {
        let answer = try await track("experiments/create", #"{"name": "\#(name)"}"#, token: token)
        guard let id = answer.json["experiment_id"]?.stringValue else { throw TestSupportError(answer.text) }
        return id
    }

    /// Starts a run and gives its id.
    func trackedRun(_ experiment: String = "0", token: String? = nil) async throws -> String {
        let answer = try await track("runs/create", #"{"experiment_id": "\#(experiment)", "start_time": 5}"#, token: token)
        guard let id = answer.json["run"]?["info"]?["run_id"]?.stringValue else { throw TestSupportError(answer.text) }
        return id
    }

    func tracked(_ run: String) async throws -> JSONValue {
        try await track(get: "runs/get?run_id=\(run)").json["run"] ?? .null
    }
}

extension ProbeAnswer {
    /// Status and MLflow's error code.
    var verdict: String { "\(status) \(json["error_code"]?.stringValue ?? "")" }

    var message: String { json["message"]?.stringValue ?? "" }
}

/// Gives the body the stores of a trainer's database.
func withTracking<T: Sendable>(_ body: @Sendable @escaping (TrackingParts) async throws -> T) async throws -> T {
    try await withTrainerDatabase { url in
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(url: url, schema: "trainer", maximumConnections: 8, logger: logger)
        defer { database.close() }
        try await database.migrate(TrainerMigrations.all)
        return try await body(TrackingParts(database: database, key: Array("key".utf8)))
    }
}

extension TrackingParts {
    static let scope = TeamScope(team: "documents")

    /// A run of the team's own experiment 0.
    func run(start: Int64 = 5, name: String = "r", user: String = "", tags: [KeyValue] = []) async throws -> TrackedRun {
        let experiment = try await experiments.find(.ofDefault, scope: Self.scope)
        let new = NewTrackedRun(experiment: .ofDefault, name: name, user: user, startTime: start, tags: tags)
        return try await runs.add(new, to: experiment, by: "key:1")
    }
}
