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

    private func samples() async -> [String: RequestSample] {
        await withTaskGroup(of: (String, RequestSample?).self) { group in
            for member in fleet.members {
                guard let port = member.port else { continue }
                group.addTask {
                    let answer = await offload { PlainHTTP.get(port: port, path: "/metrics") }
                    return (member.name, answer.map { RequestSample(metrics: $0.body) })
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func row(_ member: Member, before: RequestSample?, after: RequestSample?, _ seconds: Double, _ view: GatewayView?) -> Row {
        var row = Row(
            service: member.program.name, instance: member.name, pid: member.process?.pid,
            url: member.port.map { "http://127.0.0.1:\($0)" },
            phase: member.phase.rawValue, isReady: member.phase == .ready, restarts: member.restarts, lastFault: member.lastFault)
        guard let after else { return row }
        let recent = before.map { after.since($0) } ?? after
        let timed = recent.requests > 0 ? recent : after
        row.requestsPerSecond = Double(recent.requests) / seconds
        row.p50Milliseconds = timed.quantile(0.5).map { $0 * 1_000 }
        row.p99Milliseconds = timed.quantile(0.99).map { $0 * 1_000 }
        row.errors = after.errors
        row.queue = view?.listeners.values.joined().filter { $0.name == member.name }.map { $0.sessions + $0.queued }.reduce(0, +)
        return row
    }

    static func table(_ rows: [Row]) -> String {
        let headings = ["SERVICE", "INSTANCE", "READY", "REQ/S", "P50 MS", "P99 MS", "ERRORS", "QUEUE", "RESTARTS", "PID"]
        let cells = rows.map { row in
            [
                row.service, row.instance, row.isReady ? "yes" : row.phase, number(row.requestsPerSecond, 1),
                number(row.p50Milliseconds, 2),
                number(row.p99Milliseconds, 2), row.errors.map(String.init) ?? "-", row.queue.map(String.init) ?? "-", String(row.restarts),
                row.pid.map(String.init) ?? "-",
            ]
        }
        return Console.table(headings, cells, right: Set(headings.dropFirst(3)))
    }

    private static func number(_ value: Double?, _ digits: Int) -> String {
        value.map { $0.formatted(.number.precision(.fractionLength(digits)).grouping(.never)) } ?? "-"
    }
}
