import Foundation

/// The tables of Tests/Benchmarks/README.md.
extension InferenceReport {
    /// - Parameter connections: the connections whose latency, processor time and ratio are told.
    func markdown(marked connections: Int) -> String {
        let head = "\(cores) cores, \(date.formatted(.iso8601.year().month().day())), \(rounds) interleaved rounds of \(seconds) s"
        var parts = [head]
        if !goals.isEmpty { parts.append(Self.table(["Target", "What", "Value", "Wanted", "Verdict"], goals.map(\.cells))) }
        if !cases.isEmpty { parts.append(caseTable(connections)) }
        if !starts.isEmpty {
            parts.append(Self.table(["From start to first answer", "s"], starts.map { [$0.side.title, Figure.text($0.seconds)] }))
        }
        if !ways.isEmpty { parts.append(wayTable) }
        if let batch {
            parts.append(Self.table(BatchLaneResult.laneHeadings.map(\.localizedCapitalized), batch.laneCells))
            parts.append(Self.table(BatchLaneResult.onlineHeadings.map(\.localizedCapitalized), batch.onlineCells))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private func caseTable(_ marked: Int) -> String {
        let counts = Set(cases.flatMap { $0.rows.map(\.connections) }).sorted()
        let headings =
            ["Case", "Side"] + counts.map { "req/s, \($0)" }
            + ["p50 ms, \(marked)", "p99 ms, \(marked)", "CPU us, \(marked)", "wrk us, \(marked)", "ours/side, \(marked)"]
        let cells = cases.flatMap { part in
            BenchSide.allCases.compactMap { side -> [String]? in
                let rows = part.rows.filter { $0.side == side }
                guard let own = rows.first(where: { $0.connections == marked }) else { return nil }
                let rates = counts.map { count in rows.first { $0.connections == count }.map { Figure.text($0.requestsPerSecond) } ?? "-" }
                let figures = [own.p50Milliseconds, own.p99Milliseconds, own.cpuMicroseconds, own.loadMicroseconds].map(Figure.text)
                return [part.name, side.title] + rates + figures + [own.oursOver.map(Figure.text) ?? "-"]
            }
        }
        return Self.table(headings, cells)
    }

    private var wayTable: String {
        let cells = ways.map { way in
            [way.path.title, String(way.connections)]
                + [way.requestsPerSecond, way.p50Milliseconds, way.p99Milliseconds, way.cpuMicroseconds].map(Figure.text)
                + [way.partsText]
        }
        return Self.table(["Way", "Connections", "req/s", "p50 ms", "p99 ms", "CPU us", "of which"], cells)
    }

    private static func table(_ headings: [String], _ rows: [[String]]) -> String {
        ([headings, headings.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
}
