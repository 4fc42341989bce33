import Contracts
import Foundation
import Postgres
import Spool
import TestSupport
import Testing

@testable import MonitorService

@Suite("Segments under faults")
struct SegmentFaultTests {
    @Test("connections that die within a transaction lose nothing and double nothing, since the spool sends again")
    func killedConnections() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                var traffic = SampleTraffic(seed: 7)
                let segments = try (0..<30).map { _ in try traffic.rows(20).map { try SpoolLine($0.record(), kind: .prediction) } }
                let failures = Recorder(0)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let killer = Task { try await killConnections(fixture) }
                    for (index, lines) in segments.enumerated() {
                        group.addTask {
                            // As a spool does: again until it is acknowledged, and once more after that.
                            while try await probe.put(lines, segment: index + 1).status != 204 { failures.change { $0 += 1 } }
                            _ = try await probe.put(lines, segment: index + 1)
                        }
                    }
                    try await group.waitForAll()
                    killer.cancel()
                    _ = await killer.result
                }
                try await eventually {
                    let answer = try await probe.send("GET", "/v1/monitor/capabilities/digits", token: MonitorFixture.engineer)
                    guard answer.status == 200 else { return answer.text }
                    let predictions = try answer.decode(CapabilityHealth.self).predictions
                    return predictions == 600 ? nil : "\(predictions)"
                }
                let kept = try await fixture.database.query("SELECT count(*) AS count FROM predictions")
                #expect(try kept.first?.decode("count", as: Int.self) == 600)
                print("segments under faults: \(failures.value) failed calls")
                #expect(failures.value > 0)
            }
        }
    }

    /// Ends connections that are in the middle of something, for as long as the test sends.
    private func killConnections(_ fixture: MonitorFixture) async throws {
        while !Task.isCancelled {
            _ = try? await fixture.database.query(
                """
                SELECT pg_terminate_backend(pid) AS ended
                  FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND query NOT LIKE 'LISTEN%'
                """)
            try await Task.sleep(for: .milliseconds(3))
        }
    }

    @Test("a body that breaks off counts nothing, the whole one afterwards counts once")
    func brokenOff() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                var traffic = SampleTraffic(seed: 8)
                let bytes = SpoolSegment.bytes(try traffic.rows(40).map { try SpoolLine($0.record(), kind: .prediction) })
                let head = "PUT /v1/monitor/segments/s1/1 HTTP/1.1\r\nHost: mesh\r\nAuthorization: Bearer \(MonitorFixture.inference)\r\n"
                for part in [0, 1, bytes.count / 2, bytes.count - 1] {
                    let connection = try ProbeConnection(port: probe.port)
                    _ = await connection.write(Array((head + "Content-Length: \(bytes.count)\r\n\r\n").utf8) + Array(bytes.prefix(part)))
                    connection.hangUp()
                }
                #expect(
                    try await probe.send("PUT", "/v1/monitor/segments/s1/1", token: MonitorFixture.inference, body: bytes).status == 204)
                try await eventually { try await probe.health().predictions == 40 ? nil : "not yet" }
                let counted = try await fixture.database.query("SELECT records FROM segments")
                #expect(try counted.map { try $0.decode("records", as: Int.self) } == [40])
            }
        }
    }
}
