/// What was measured of one case.
struct CaseResult: Sendable {
    /// A line of the JSON report.
    struct Row: Codable {
        let side: BenchSide
        let connections: Int
        let requestsPerSecond: Double
        let rowsPerSecond: Double
        let slowestRound: Double
        let fastestRound: Double
        let p50Milliseconds: Double
        let p99Milliseconds: Double
        let cpuMicroseconds: Double
        let loadMicroseconds: Double
        /// Requests a second of ours over this side's.
        let oursOver: Double?
        /// Processor time of a request of this side over that of ours: tells as much on a busy machine as on a quiet one.
        let processorTimeOverOurs: Double?
    }

    let benchCase: InferenceCase
    let bodyBytes: Int
    /// Share of the machine that programs of others took.
    let foreign: Double
    let samples: Interleaving<BenchSide>

    var rows: [Row] {
        samples.lines.map { line in
            Row(
                side: line.side, connections: line.connections, requestsPerSecond: line.sample.requestsPerSecond,
                rowsPerSecond: line.sample.requestsPerSecond * Double(benchCase.rows), slowestRound: line.rates.lowerBound,
                fastestRound: line.rates.upperBound, p50Milliseconds: line.sample.p50Milliseconds,
                p99Milliseconds: line.sample.p99Milliseconds, cpuMicroseconds: line.sample.cpuMicroseconds,
                loadMicroseconds: line.sample.loadMicroseconds,
                oursOver: samples.ratio(.ours, to: line.side, connections: line.connections),
                processorTimeOverOurs: samples.line(of: .ours, connections: line.connections).map {
                    line.sample.cpuMicroseconds / $0.sample.cpuMicroseconds
                })
        }
    }

    var table: String {
        let headings = [
            "SIDE", "CONNECTIONS", "REQ/S", "ROUNDS", "ROWS/S", "P50 MS", "P99 MS", "CPU US", "WRK US", "OURS/SIDE", "CPU SIDE/OURS",
        ]
        let cells = rows.map { row in
            [
                row.side.title, row.side == .engine ? "\(EngineSide.cores) callers" : String(row.connections),
                Figure.text(row.requestsPerSecond), "\(Figure.text(row.slowestRound))-\(Figure.text(row.fastestRound))",
                Figure.text(row.rowsPerSecond), Figure.text(row.p50Milliseconds), Figure.text(row.p99Milliseconds),
                Figure.text(row.cpuMicroseconds), row.side == .engine ? "-" : Figure.text(row.loadMicroseconds),
                row.oursOver.map(Figure.text) ?? "-",
                row.processorTimeOverOurs.map(Figure.text) ?? "-",
            ]
        }
        return
            "\(benchCase.name): \(benchCase.title); body of \(bodyBytes) bytes; others took \(Figure.text(foreign * 100)) % of the machine\n"
            + TextTable.text(headings, cells)
    }

    /// Why a share of the engine's rate and a tail tell nothing: on a busy machine whoever has more threads gets more of it, and every tail
    /// is long. Ratios of servers are of the same time and stay.
    private var doubt: String? {
        foreign <= MachineTime.mostForeign ? nil : "other programs took \(Figure.text(foreign * 100)) % of the machine"
    }

    /// Ours against the case's targets; nothing when ours or the other side was not measured.
    func goals(connections: Int) -> [Goal] {
        benchCase.marks.compactMap { mark in
            switch mark {
            case .rate(let other, let target):
                samples.ratio(.ours, to: other, connections: connections).map {
                    .atLeast(
                        target, $0, benchCase.name, "requests a second over \(other.title)", doubt: other == .engine ? doubt : nil)
                }
            case .processorTime(let target):
                samples.line(of: .ours, connections: connections).map {
                    .atMost(target, $0.sample.cpuMicroseconds, benchCase.name, "us of server CPU a request")
                }
            case .tail(let target):
                samples.tail(of: .ours, connections: connections).map {
                    .atMost(target, $0, benchCase.name, "p99 over median latency", doubt: doubt)
                }
            }
        }
    }
}
