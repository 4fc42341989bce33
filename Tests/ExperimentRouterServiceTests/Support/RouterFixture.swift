import Contracts
import EventLog
import Foundation
import HTTPService
import Logging
import Observability
import Postgres
import ServiceTestSupport
import Settings
import TestSupport

@testable import ExperimentRouterService

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A database with the event log and the service's schema, peers on a real server, and the settings to run the service with them.
struct RouterFixture: Sendable {
    let url: String
    let folder: URL
    let stub: StubMesh
    let peerPort: Int
    let database: Database

    static let engineer = TestAuthority().key("1", roles: [.engineer])
    static let stranger = TestAuthority().key("2", roles: [.engineer], team: "others")

    func service() throws -> MeshService {
        var reader = SettingsReader(environment: [
            "DATABASE_URL": url, "MESH_INTERNAL_URL": "http://127.0.0.1:\(peerPort)", "MESH_CLIENT_ID": "experiment-router",
            "MESH_CLIENT_SECRET_FILE": folder.appending(path: "secret").path, "MESH_SPOOL": folder.appending(path: "spool").path,
        ])
        let base = ServiceBase(name: .experimentRouter, http: TestAuthority().settings(), logger: quiet, metrics: PrometheusRegistry())
        return try makeExperimentRouterService(&reader, base)
    }

    /// Runs an instance and waits until it knows the capability of the test.
    func running<T: Sendable>(_ body: @Sendable @escaping (HTTPProbe) async throws -> T) async throws -> T {
        try await withRunning(try service()) { probe in
            try await eventually {
                let ready = try await probe.send("GET", "/readyz")
                let known = try await probe.send("POST", "/v2/models/digits/infer", token: Self.engineer, body: [])
                return ready.status == 200 && known.status == 200 ? nil : "\(ready.text) \(known.text)"
            }
            stub.seen.change { $0.inferences = [] }
            return try await body(probe)
        }
    }

    /// Says what the model-registry would say.
    func announce(_ type: String, _ value: some Encodable & Sendable) async throws {
        let event = EventEnvelope(source: ServiceName.modelRegistry.eventSource, type: type, data: try WireJSON.value(value))
        try await database.transaction { try await EventLog().append(event, on: $0) }
    }

    func begin(_ probe: HTTPProbe, challenger: Int = 2, name: String = "mlp") async throws -> Experiment {
        let answer = try await probe.send(
            "POST", "/v1/router/experiments", token: Self.engineer,
            json: #"{"capability":"digits","name":"\#(name)","challenger":\#(challenger)}"#)
        guard answer.status == 201 else { throw TestSupportError("the experiment did not begin: \(answer.text)") }
        return try answer.decode(Experiment.self)
    }

    @discardableResult
    func move(_ probe: HTTPProbe, _ experiment: Experiment, to stage: String) async throws -> Experiment {
        let path = "/v1/router/experiments/\(experiment.id)/stages"
        let answer = try await probe.send("POST", path, token: Self.engineer, json: #"{"stage":"\#(stage)"}"#)
        guard answer.status == 200 else { throw TestSupportError("the stage did not change: \(answer.text)") }
        return try answer.decode(Experiment.self)
    }

    /// Waits until this instance's data path follows the experiment at a stage.
    func follows(_ probe: HTTPProbe, stage: String) async throws {
        try await eventually {
            let answer = try await probe.send(
                "POST", "/ofrep/v1/evaluate/flags/digits", token: Self.engineer, json: #"{"context":{"targetingKey":"u"}}"#)
            let present = answer.json["metadata"]?["stage"]?.stringValue
            return present == stage ? nil : answer.text
        }
    }

    /// Events of a type, oldest first.
    func events(_ type: String) async throws -> [JSONValue] {
        try await database.query("SELECT data::text AS data FROM events.log WHERE type = \(type) ORDER BY sequence").map {
            try WireJSON.decode(JSONValue.self, from: Data(try $0.decode("data", as: String.self).utf8))
        }
    }
}

/// Gives the body a fixture whose capability `digits` has versions 1 (champion), 2 and 3.
func withRouter<T: Sendable>(
    rollout: String = SampleCapability.rollout, _ body: @Sendable @escaping (RouterFixture) async throws -> T
) async throws -> T {
    try await withDatabaseURL { url in
        try await withTemporaryFolder { folder in
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: quiet)
            try Data("secret\n".utf8).write(to: folder.appending(path: "secret"))
            let database = Database(url: url, maximumConnections: 4, logger: quiet)
            defer { database.close() }
            try await database.execute("CREATE SCHEMA experiment_router")
            let stub = StubMesh()
            return try await stub.running { port in
                let fixture = RouterFixture(url: url, folder: folder, stub: stub, peerPort: port, database: database)
                try await fixture.announce(EventType.capabilityApplied, try SampleCapability.record(rollout: rollout))
                for version in 1...3 { try await fixture.announce(EventType.versionRegistered, SampleCapability.version(version)) }
                try await fixture.announce(EventType.aliasMoved, SampleCapability.champion(1))
                return try await body(fixture)
            }
        }
    }
}
