import Contracts
import EventLog
import Foundation
import Postgres
import Spool
import TestSupport
import Testing

@testable import MonitorService

@Suite("Alarms")
struct AlarmTests {
    /// Sends rows with their truth, in segments of 50.
    private func send(_ rows: [TrafficRow], version: Int, to probe: HTTPProbe, spool: String, from first: Int) async throws {
        for (index, start) in stride(from: 0, to: rows.count, by: 50).enumerated() {
            let part = rows[start..<min(start + 50, rows.count)]
            let lines = try part.map { try SpoolLine($0.record(version: version), kind: .prediction) }
            let put = try await probe.put(lines, spool: spool, segment: first + index)
            let told = try await probe.feedback(part.map(\.feedback))
            guard put.status == 204, told.status == 200 else { throw TestSupportError("\(put.text) \(told.text)") }
        }
    }

    @Test("drift of a scanner alarms on its slice and not before, asks labels once, and resolves under a new champion")
    func loop() async throws {
        try await withMonitor { fixture in
            // Some scans of scanner b, the first ones that it is asked for among them, are not to labeling's taste.
            let unwanted = Set((0..<1_400).filter { $0 % 7 == 0 }.map { RowID.production(requestID(30_000_000 + $0), row: 0) })
            fixture.labeling.seen.change {
                $0.failures = 2
                $0.refused = unwanted
            }
            // Two instances, as in a mesh: whatever both see happens once.
            try await fixture.running { probe in
                try await fixture.running { other in
                    try await breakAnotherCapability(fixture)
                    var traffic = SampleTraffic(seed: 3)
                    try await send(traffic.rows(800), version: 1, to: probe, spool: "calm", from: 1)
                    try await eventually { try await probe.health().windows == 4 ? nil : "\(try await probe.health().windows)" }
                    #expect(try await probe.alarms().items.isEmpty)
                    let calm = try await probe.health()
                    #expect(calm.slices.map(\.slice) == ["*", "eights", "scanner-b", "orders"])
                    #expect(calm.slices.allSatisfy { $0.rows > 0 && ($0.accuracy ?? 0) > 0.7 })

                    try await send(traffic.rows(600, drift: .inverted), version: 1, to: other, spool: "drift", from: 1)
                    try await eventually {
                        let alarms = try await probe.alarms("?state=firing&capability=digits").items.filter { $0.slice == "scanner-b" }
                        let isDone = Set(alarms.map(\.kind)) == ["drift", "metric"] && alarms.contains { $0.labelingTasks > 0 }
                        return isDone ? nil : "\(alarms)"
                    }
                    try await checkTasks(fixture, probe)
                    let seen = fixture.labeling.seen.value
                    #expect(seen.refusals > 0)
                    #expect(seen.taken.values.flatMap(\.tasks).allSatisfy { !unwanted.contains($0.rowId) })

                    // What the next champion answered as a challenger, before the drift, is not its reference.
                    var early = SampleTraffic(seed: 5)
                    try await send(early.rows(250), version: 2, to: probe, spool: "early", from: 1)
                    try await fixture.announce(EventType.aliasMoved, SampleCapability.champion(2))
                    var healed = SampleTraffic(seed: 4)
                    // The new champion reads inverted scans: the traffic stays drifted, the answers are right again.
                    let rows = healed.rows(600, drift: .inverted).map { row in
                        TrafficRow(
                            request: row.request, row: 0, input: row.input, context: row.context,
                            output: ["label": row.label ?? .null], label: row.label)
                    }
                    try await send(rows, version: 2, to: probe, spool: "healed", from: 1)
                    try await eventually {
                        let firing = try await probe.alarms("?state=firing").items
                        return firing.isEmpty ? nil : "\(firing)"
                    }
                    try await checkEvents(fixture, probe)
                }
            }
        }
    }

    /// A capability, earlier by name, that no look succeeds at must not be in the way.
    private func breakAnotherCapability(_ fixture: MonitorFixture) async throws {
        try await fixture.database.execute(
            "INSERT INTO watches (capability, revision, state, health) VALUES ('broken', 1, '{}', '[]')")
        try await fixture.announce(EventType.capabilityApplied, try SampleCapability.record("broken"))
        try await fixture.announce(EventType.aliasMoved, SampleCapability.champion(1, of: "broken"))
    }

    /// Labeling got failing rows only, each once by its origin, under the monitor's own token, and the refused calls were repeated as they were.
    private func checkTasks(_ fixture: MonitorFixture, _ probe: HTTPProbe) async throws {
        let seen = fixture.labeling.seen.value
        #expect(Set(seen.projects) == ["digits"])
        #expect(Set(seen.authorizations) == ["Bearer monitor-token"])
        #expect(seen.keys.count >= seen.taken.count + 2)
        let alarms = try await probe.alarms("?state=firing").items
        let tasks = seen.taken.values.flatMap(\.tasks)
        for task in tasks {
            #expect(task.origin?.kind == .production)
            #expect(task.rowId == "\(task.origin?.requestId?.description ?? "").\(task.origin?.row ?? -1)")
            #expect(task.selection?.method == .alarm)
            #expect(alarms.contains { $0.id == task.selection?.reason && $0.kind == "metric" })
            #expect(task.input["pixels"]?.arrayValue?.count == 12)
            #expect(task.prediction != nil)
        }
        for alarm in alarms where alarm.kind == "metric" {
            let own = tasks.filter { $0.selection?.reason == alarm.id }.map(\.rowId)
            #expect(Set(own).count == own.count)
            #expect(
                alarm.slice != "scanner-b" || tasks.filter { $0.selection?.reason == alarm.id }.allSatisfy { $0.context?["source"] == "b" })
        }
    }

    /// The log tells of each alarm in order: fired, tasks, resolved; and each ends resolved.
    private func checkEvents(_ fixture: MonitorFixture, _ probe: HTTPProbe) async throws {
        let told = try await fixture.toldAlarms()
        let all = try await probe.alarms("?state=resolved").items
        #expect(Set(told.map(\.id)) == Set(all.map(\.id)))
        for alarm in all {
            let course = told.filter { $0.id == alarm.id }
            #expect(course.first?.state == .firing && course.first?.labelingTasks == 0)
            #expect(course.filter { $0.state == .resolved }.count >= 1)
            #expect(alarm.resolvedAt != nil)
            #expect(course.map(\.labelingTasks) == course.map(\.labelingTasks).sorted())
        }
        #expect(Set(all.map { "\($0.slice) \($0.kind) \($0.metric)" }).count == all.count, "an alarm fired twice")
        var paged: [String] = []
        var next: String?
        repeat {
            let page = try await probe.alarms("?limit=1" + (next.map { "&page=" + $0 } ?? ""))
            paged += page.items.map(\.id)
            next = page.nextPage
        } while next != nil
        #expect(paged == all.map(\.id))
    }
}
