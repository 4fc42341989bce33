import Contracts
import Foundation

/// One server as HAProxy tells of it.
struct GatewayServerState: Sendable, Hashable, Codable {
    let service: String
    let name: String
    let port: Int
    /// HAProxy's word: `UP`, `DOWN`, `DRAIN`, `MAINT`, with additions as in `UP 1/2`.
    let status: String
    /// Requests that it works on.
    let sessions: Int
    /// Requests that wait for it.
    let queued: Int

    var reference: String { "\(service)/\(name)" }
    var isServing: Bool { status.hasPrefix("UP") || status == "no check" }
    var isDraining: Bool { status.hasPrefix("DRAIN") || isOff }
    var isOff: Bool { status.hasPrefix("MAINT") }

    /// Reads the answer to `show stat`: CSV whose first line names the columns.
    static func parse(stat: String) -> [GatewayServerState] {
        let lines = stat.split(separator: "\n")
        guard let head = lines.first else { return [] }
        let names = head.drop { $0 == "#" || $0 == " " }.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let columns = Dictionary(zip(names, names.indices)) { first, _ in first }
        return lines.dropFirst().compactMap { line in
            let cells = cells(line)
            let cell = { (name: String) -> Substring in columns[name].flatMap { $0 < cells.count ? cells[$0] : nil } ?? "" }
            // Type 2 is a server; others are frontends, backends and listeners.
            guard cell("type") == "2", let port = cell("addr").split(separator: ":").last.flatMap({ Int($0) }) else { return nil }
            return GatewayServerState(
                service: String(cell("pxname")), name: String(cell("svname")), port: port, status: String(cell("status")),
                sessions: Int(cell("scur")) ?? 0, queued: Int(cell("qcur")) ?? 0)
        }
    }

    /// The cells of a line of CSV; a cell in quotes may hold commas.
    private static func cells(_ line: Substring) -> [Substring] {
        var cells: [Substring] = []
        var start = line.startIndex
        var isQuoted = false
        for index in line.indices {
            if line[index] == "\"" { isQuoted.toggle() }
            guard line[index] == ",", !isQuoted else { continue }
            cells.append(line[start..<index])
            start = line.index(after: index)
        }
        return cells + [line[start...]]
    }
}
