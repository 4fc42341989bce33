import Contracts
import EventLog
import Foundation
import HTTPService
import Logging
import Observability
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Services whose database is away")
struct DegradedTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func service(_ name: ServiceName, _ url: String, _ metrics: PrometheusRegistry, predicts: Bool) -> MeshService {
        let infer = FastRoute("POST", "/v2/models/{model}/infer") { request, responder in responder.respond(body: request.body) }
        return makeService(
            name: name, settings: HTTPSettings(keys: [:], localCaller: .local),
            database: Database(url: url, schema: name.schema, maximumConnections: 2, logger: logger), logger: logger, metrics: metrics,
            fastRoutes: predicts ? [infer] : []
        ) { _ in }
    }

    private static func ready(_ probe: HTTPProbe, _ isMeant: (ProbeAnswer) -> Bool) async throws {
        try await eventually {
            let answer = try await probe.send("GET", "/readyz")
            return isMeant(answer) ? nil : "\(answer.status) \(answer.text)"
        }
    }

    @Test("a service of predictions stays ready, answers, and says what is away; any other is not ready")
    func away() async throws {
        try await OwnPostgres.running { cluster in
            let url = try await cluster.url
            let owners = [ServiceName.experimentRouter, .modelRegistry].map {
                DatabaseBootstrap.Owner(name: $0.schema, password: "only-for-this-test")
            }
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: owners, logger: Self.logger)
            let metrics = PrometheusRegistry()
            let predicting = Self.service(.experimentRouter, url, metrics, predicts: true)
            let other = Self.service(.modelRegistry, url, PrometheusRegistry(), predicts: false)
            try await withRunning(predicting) { probe async throws in
                try await withRunning(other) { plain async throws in
                    for probe in [probe, plain] { try await Self.ready(probe) { $0.json == ["status": "ready"] } }
                    try await cluster.stop()

                    try await Self.ready(probe) { $0.json["degraded"] == ["database"] }
                    try await Self.ready(plain) { $0.status == 503 }
                    #expect(metrics.render().contains(#"mesh_degraded{need="database"} 1"#))
                    // Longer than several looks of a gateway, which takes a server out after three bad ones.
                    try await Self.goesOn(probe, for: .seconds(3))

                    try await cluster.start()
                    for probe in [probe, plain] { try await Self.ready(probe) { $0.json == ["status": "ready"] } }
                    #expect(metrics.render().contains(#"mesh_degraded{need="database"} 0"#))
                }
            }
        }
    }

    /// Asks for readiness and predictions for a while; every answer has to be good, and the one on readiness quick.
    private static func goesOn(_ probe: HTTPProbe, for period: Duration) async throws {
        let clock = ContinuousClock()
        let end = clock.now + period
        try await eventually(every: .milliseconds(100)) {
            let start = clock.now
            let ready = try await probe.send("GET", "/readyz")
            #expect(ready.status == 200)
            #expect(clock.now - start < .milliseconds(900))
            let answer = try await probe.send("POST", "/v2/models/a/infer", body: [1, 2])
            #expect(answer.body == [1, 2])
            return clock.now > end ? nil : "the time is not over"
        }
    }
}
