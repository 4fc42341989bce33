import Contracts
import Foundation

/// What `mesh status` shows.
struct StatusReport {
    /// One process.
    struct Row: Sendable, Hashable, Codable {
        var service: String
        var instance: String
        var pid: Int32?
        var url: String?
        var phase: String
        var isReady: Bool
        var restarts: Int
        var requestsPerSecond: Double?
        var p50Milliseconds: Double?
        var p99Milliseconds: Double?
        /// Answers of 500 and above since it started.
        var errors: Int?
        /// Requests that wait for the instance or are at work in it, as the gateway counts them.
        var queue: Int?
        /// Age in seconds of the oldest event that has not taken effect, as the instance saw it last.
        var eventLagSeconds: Double?
        /// Events of the service that were put aside because they could not be applied.
        var parkedEvents: Int?
        var lastFault: String?
    }

    let layout: MeshLayout
    let fleet: Fleet

    /// Looks at every instance twice.
    func rows(over seconds: Double) async -> [Row] {
        let before = await samples()
        let start = ContinuousClock.now
        try? await Task.sleep(for: .seconds(seconds))
        let after = await samples()
        let elapsed = Double((ContinuousClock.now - start) / .seconds(1))
        let view = PrivateFile.json(GatewayView.self, at: layout.gatewayView)
        return fleet.members.sorted { ($0.program.name, $0.number) < ($1.program.name, $1.number) }.map { member in
            row(member, before: before[member.name], after: after[member.name], elapsed, view)
        }
    }

    /// What the metrics of one instance tell.
    private struct Sample: Sendable {
        let requests: RequestSample
        let events: EventSample

        init(metrics: String) {
            requests = RequestSample(metrics: metrics)
            events = EventSample(metrics: metrics)
        }
    }

    private func samples() async -> [String: Sample] {
        await withTaskGroup(of: (String, Sample?).self) { group in
            for member in fleet.members {
                guard let port = member.port else { continue }
                group.addTask {
                    let answer = await offload { PlainHTTP.get(port: port, path: "/metrics") }
                    return (member.name, answer.map { Sample(metrics: $0.body) })
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func row(_ member: Member, before: Sample?, after: Sample?, _ seconds: Double, _ view: GatewayView?) -> Row {
        var row = Row(
            service: member.program.name, instance: member.name, pid: member.process?.pid,
            url: member.port.map { "http://127.0.0.1:\($0)" },
            phase: member.phase.rawValue, isReady: member.phase == .ready, restarts: member.restarts, lastFault: member.lastFault)
        row.eventLagSeconds = after?.events.lagSeconds
        row.parkedEvents = after?.events.parked
        guard let after = after?.requests else { return row }
        let recent = before.map { after.since($0.requests) } ?? after
        let timed = recent.requests > 0 ? recent : after
        row.requestsPerSecond = Double(recent.requests) / seconds
        row.p50Milliseconds = timed.quantile(0.5).map { $0 * 1_000 }
        row.p99Milliseconds = timed.quantile(0.99).map { $0 * 1_000 }
        row.errors = after.errors
        row.queue = view?.listeners.values.joined().filter { $0.name == member.name }.map { $0.sessions + $0.queued }.reduce(0, +)
        return row
    }

    static func table(_ rows: [Row]) -> String {
        let headings = [
            "SERVICE", "INSTANCE", "READY", "REQ/S", "P50 MS", "P99 MS", "ERRORS", "QUEUE", "LAG S", "PARKED", "RESTARTS", "PID",
        ]
        let cells = rows.map { row -> [String] in
            let latencies = [number(row.p50Milliseconds, 2), number(row.p99Milliseconds, 2)]
            let counts = [number(row.errors), number(row.queue), number(row.eventLagSeconds, 1), number(row.parkedEvents)]
            let head = [row.service, row.instance, row.isReady ? "yes" : row.phase, number(row.requestsPerSecond, 1)]
            return head + latencies + counts + [String(row.restarts), row.pid.map { String($0) } ?? "-"]
        }
        return Console.table(headings, cells, right: Set(headings.dropFirst(3)))
    }

    private static func number(_ value: Int?) -> String { value.map { String($0) } ?? "-" }

    private static func number(_ value: Double?, _ digits: Int) -> String {
        value.map { $0.formatted(.number.precision(.fractionLength(digits)).grouping(.never)) } ?? "-"
    }
}
