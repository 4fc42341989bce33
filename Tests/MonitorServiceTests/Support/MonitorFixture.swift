import Contracts
import EventLog
import Foundation
import HTTPService
import Logging
import MonitorService
import Observability
import Postgres
import ServiceTestSupport
import Settings
import Spool
import TestSupport

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// The monitor with a real database, event log and a labeling service on a real server.
struct MonitorFixture: Sendable {
    static let inference = TestAuthority().service(.inference)
    static let router = TestAuthority().service(.experimentRouter)
    static let engineer = TestAuthority().key("1", roles: [.engineer])

    let url: String
    let folder: URL
    let database: Database
    let labeling: StubLabeling
    let peerPort: Int

    func service() throws -> MeshService {
        var reader = SettingsReader(environment: [
            "DATABASE_URL": url, "MESH_INTERNAL_URL": "http://127.0.0.1:\(peerPort)", "MESH_CLIENT_ID": "monitor",
            "MESH_CLIENT_SECRET_FILE": folder.appending(path: "secret").path, "WATCH_MS": "20",
        ])
        let base = ServiceBase(name: .monitor, http: TestAuthority().settings(), logger: quiet, metrics: PrometheusRegistry())
        return try makeMonitorService(&reader, base)
    }

    /// Runs an instance and waits until it knows the capability.
    func running<T: Sendable>(_ body: @Sendable @escaping (HTTPProbe) async throws -> T) async throws -> T {
        try await withRunning(try service()) { probe in
            try await eventually {
                let answer = try await probe.send("GET", "/v1/monitor/capabilities/digits", token: Self.engineer)
                return answer.status == 200 ? nil : answer.text
            }
            return try await body(probe)
        }
    }

    func announce(_ type: String, _ value: some Encodable & Sendable, from source: ServiceName = .modelRegistry) async throws {
        let event = EventEnvelope(source: source.eventSource, type: type, data: try WireJSON.value(value))
        try await database.transaction { try await EventLog().append(event, on: $0) }
    }

    /// Alarms that the log has told of, oldest first.
    func toldAlarms() async throws -> [Alarm] {
        try await database.query(
            "SELECT data::text AS data FROM events.log WHERE type = \(EventType.alarmChanged) ORDER BY sequence"
        ).map { try WireJSON.decode(Alarm.self, from: Data(try $0.decode("data", as: String.self).utf8)) }
    }
}

extension HTTPProbe {
    func put(_ lines: [SpoolLine], spool: String = "s1", segment: Int, token: String = MonitorFixture.inference) async throws -> ProbeAnswer
    {
        try await send("PUT", "/v1/monitor/segments/\(spool)/\(segment)", token: token, body: SpoolSegment.bytes(lines))
    }

    func feedback(_ events: [Feedback], token: String = MonitorFixture.engineer) async throws -> ProbeAnswer {
        let body = String(decoding: try WireJSON.encode(FeedbackBatch(events: events)), as: UTF8.self)
        return try await send("POST", "/v1/monitor/feedback", token: token, json: body)
    }

    func health() async throws -> CapabilityHealth {
        try await send("GET", "/v1/monitor/capabilities/digits", token: MonitorFixture.engineer).decode(CapabilityHealth.self)
    }

    func alarms(_ query: String = "") async throws -> Page<Alarm> {
        try await send("GET", "/v1/monitor/alarms" + query, token: MonitorFixture.engineer).decode(Page<Alarm>.self)
    }
}

/// Gives the body a monitor whose capability `digits` has champion 1.
func withMonitor<T: Sendable>(window: Int = 200, _ body: @Sendable @escaping (MonitorFixture) async throws -> T) async throws -> T {
    try await withDatabaseURL { url in
        try await withTemporaryFolder { folder in
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: quiet)
            try Data("secret\n".utf8).write(to: folder.appending(path: "secret"))
            let database = Database(url: url, schema: "monitor", maximumConnections: 4, logger: quiet)
            defer { database.close() }
            try await database.execute("CREATE SCHEMA monitor")
            let labeling = StubLabeling()
            return try await labeling.running { port in
                let fixture = MonitorFixture(url: url, folder: folder, database: database, labeling: labeling, peerPort: port)
                try await fixture.announce(EventType.capabilityApplied, try SampleCapability.record(window: window))
                for version in 1...2 { try await fixture.announce(EventType.versionRegistered, SampleCapability.version(version)) }
                try await fixture.announce(EventType.aliasMoved, SampleCapability.champion(1))
                return try await body(fixture)
            }
        }
    }
}
