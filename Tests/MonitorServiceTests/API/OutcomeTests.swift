import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import Spool
import Statistics
import TestSupport
import Testing

@testable import MonitorService

@Suite("Outcomes of experiments")
struct OutcomeTests {
    @Test("units count once by the mean of their values, per arm and phase, with latency and failures")
    func outcomes() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                var lines: [SpoolLine] = []
                var feedback: [Feedback] = []
                var means: [String: [Double]] = ["control": [], "challenger": []]
                var number = 0
                for unit in 0..<40 {
                    let variant = unit % 4 == 0 ? "challenger" : "control"
                    let values = (0...unit % 3).map { Double(($0 + unit) % 2) }
                    for value in values {
                        number += 1
                        lines.append(try exposure(number, variant: variant, unit: "u\(unit)", phase: 2))
                        feedback.append(Feedback(id: "f\(number)", requestId: requestID(number), values: ["correct": value, "other": 9]))
                    }
                    means[variant]?.append(values.reduce(0, +) / Double(values.count))
                }
                // Without feedback, and in another phase.
                lines.append(try exposure(9_001, variant: "control", unit: "silent", phase: 2, failed: true))
                lines.append(try exposure(9_003, variant: "control", unit: "silent", phase: 2, failed: true))
                lines.append(try exposure(9_002, variant: "control", unit: "early", phase: 1))
                #expect(try await probe.feedback(feedback).status == 200)
                #expect(try await probe.put(lines, segment: 1, token: MonitorFixture.router).status == 204)

                let outcomes = try await read(probe, "?phase=2&kpi=correct")
                #expect(outcomes.arms.map(\.variant) == ["challenger", "control"])
                for arm in outcomes.arms {
                    let expected = Moments(means[arm.variant] ?? [])
                    #expect(arm.count == expected.count)
                    #expect(abs(arm.mean - expected.mean) < 1e-12)
                    #expect(abs(arm.m2 - expected.m2) < 1e-9)
                }
                let control = try #require(outcomes.arms.last)
                #expect(control.units == 31)
                #expect(control.failures == 1)
                #expect(control.exposures == lines.count - 1 - (outcomes.arms.first?.exposures ?? 0))
                #expect(control.meanMicroseconds == 100)
                #expect(control.p99Microseconds == 100)
                #expect(try await read(probe, "?phase=1&kpi=correct").arms.map(\.units) == [1])

                let stranger = TestAuthority().key("9", roles: [.engineer], team: "others")
                let path = "/v1/monitor/experiments/e1/outcomes?phase=2&kpi=correct"
                #expect(try await probe.send("GET", path, token: stranger).status == 404)

                // The experiment's own phase and KPI once its event is known.
                #expect(try await probe.send("GET", "/v1/monitor/experiments/e1/outcomes", token: MonitorFixture.router).status == 404)
                try await fixture.announce(EventType.experimentChanged, experiment(phase: 2), from: .experimentRouter)
                try await eventually {
                    let answer = try await probe.send("GET", "/v1/monitor/experiments/e1/outcomes", token: MonitorFixture.router)
                    return answer.status == 200 ? nil : answer.text
                }
                #expect(try await probe.send("GET", path, token: stranger).status == 403)
                #expect(try await probe.send("GET", path, token: MonitorFixture.engineer).status == 200)
                // Sums of floats depend on the order in which the database takes the rows.
                let known = try await read(probe, "")
                #expect(known.phase == 2 && known.kpi == "correct")
                #expect(known.arms.map(\.units) == outcomes.arms.map(\.units))
                #expect(zip(known.arms, outcomes.arms).allSatisfy { abs($0.mean - $1.mean) < 1e-12 })
            }
        }
    }

    @Test("what strangers say of an experiment's requests does not count, and no value is too large for a mean")
    func strangers() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                try await fixture.announce(EventType.experimentChanged, experiment(phase: 2), from: .experimentRouter)
                let lines = try (1...2).map { try exposure($0, variant: "control", unit: "u\($0)", phase: 2) }
                #expect(try await probe.put(lines, segment: 1, token: MonitorFixture.router).status == 204)
                let stranger = TestAuthority().key("9", roles: [.engineer], team: "others")
                let foreign = Feedback(id: "x", requestId: requestID(1), values: ["correct": 0])
                #expect(try await probe.feedback([foreign], token: stranger).status == 200)
                // As it may stand in a database of older rules.
                try await fixture.database.execute(
                    """
                    INSERT INTO feedback (source, id, request_id, values, time)
                         VALUES ('s', '1', \(requestID(1).description), '{"correct": 1e200}', now()),
                                ('s', '2', \(requestID(2).description), '{"correct": 1}', now())
                    """)
                try await eventually {
                    let answer = try await probe.send("GET", "/v1/monitor/experiments/e1/outcomes", token: MonitorFixture.router)
                    guard answer.status == 200 else { return answer.text }
                    let arm = try answer.decode(ExperimentOutcomes.self).arms.first
                    return arm?.count == 2 && arm?.mean == (1e9 + 1) / 2 ? nil : answer.text
                }
            }
        }
    }

    private func read(_ probe: HTTPProbe, _ query: String) async throws -> ExperimentOutcomes {
        try await probe.send("GET", "/v1/monitor/experiments/e1/outcomes" + query, token: MonitorFixture.router).decode(
            ExperimentOutcomes.self)
    }

    private func exposure(_ number: Int, variant: String, unit: String, phase: Int, failed: Bool = false) throws -> SpoolLine {
        try SpoolLine(
            ExposureRecord(
                requestId: requestID(number), time: .now, capability: "digits", experiment: "e1", phase: phase, variant: variant,
                unit: unit,
                failed: failed, microseconds: 100), kind: .exposure)
    }

    private func experiment(phase: Int) -> Experiment {
        Experiment(
            id: "e1", capability: "digits", name: "mlp", state: .running, stage: "0.5", phase: phase, variants: [], kpi: "correct",
            guardrails: [], unit: "user_id", salt: "s", createdAt: .now)
    }
}
