import Contracts
import Postgres
import Spool
import TestSupport
import Testing

@testable import MonitorService

@Suite("Retention")
struct RetentionTests {
    @Test("what is older than the retention is forgotten, what is younger stays, and a late repeat still counts once")
    func prune() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                var traffic = SampleTraffic(seed: 1)
                let (old, young) = (traffic.row(), traffic.row())
                let lines = try [SpoolLine(old.record(), kind: .prediction)]
                _ = try await probe.put(lines, segment: 1)
                _ = try await probe.put([try SpoolLine(young.record(), kind: .prediction)], segment: 2)
                _ = try await probe.feedback([old.feedback, young.feedback])
                let past = "now() - interval '8 days'"
                for table in ["predictions", "feedback"] {
                    try await fixture.database.execute(
                        "UPDATE \(identifier: table) SET received_at = \(SQL(stringLiteral: past)) WHERE request_id = \(old.request.description)"
                    )
                }
                try await fixture.database.execute("UPDATE segments SET received_at = \(SQL(stringLiteral: past)) WHERE segment = 1")

                let store = RetentionStore(database: fixture.database)
                #expect(try await store.prune(days: 7) == 2)
                #expect(try await store.prune(days: 7) == 0)

                let gone = try await probe.send("GET", "/v1/monitor/predictions/\(old.request)", token: MonitorFixture.engineer)
                let kept = try await probe.send("GET", "/v1/monitor/predictions/\(young.request)", token: MonitorFixture.engineer)
                #expect(gone.status == 404)
                #expect(kept.status == 200)
                _ = try await probe.put(lines, segment: 1)
                #expect(try await probe.health().predictions == 2)
            }
        }
    }
}
