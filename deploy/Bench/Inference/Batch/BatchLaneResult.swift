/// What was measured of the batch lane.
struct BatchLaneResult: Sendable, Codable {
    /// One model: rows a second of the job and of the engine alone, by rounds.
    struct Lane: Sendable, Codable {
        let model: BenchModel
        let rows: Int
        /// By rows in a run.
        var engine: [Int: [Double]] = [:]
        var job: [Double] = []

        /// The rows in a run at which the engine is fastest: by its median over all rounds, since a single round chooses by chance.
        var engineChunk: Int { engine.max { Ranks.median($0.value) < Ranks.median($1.value) }?.key ?? 1 }
        /// Rows a second at that size.
        var best: [Double] { engine[engineChunk] ?? [] }
        /// Rows a second with one row in each run.
        var byRow: Double { Ranks.median(engine[1] ?? []) }
        var ratio: Double { Ranks.median(zip(job, best).map { $0 / $1 }) }
    }

    /// Online latency beside an idle and a saturated batch lane, by rounds.
    struct Online: Sendable, Codable {
        /// Less than this share of what the lane does alone is no lane at work.
        static let leastShare = 0.05

        let connections: Int
        var idle: [SideSample] = []
        var beside: [SideSample] = []
        /// Rows a second that the lane did while the online requests were measured.
        var rowsBeside: [Double] = []
        /// Share of the machine that others' programs took beside the idle lane.
        var foreign: [Double] = []

        var ratio: Double { Ranks.median(zip(beside, idle).map { $0.p99Milliseconds / $1.p99Milliseconds }) }

        /// Why the ratio tells nothing: a lane that gets no time harms nobody, and on a busy machine every tail is long.
        func doubt(alone: Double) -> String? {
            let others = Ranks.median(foreign)
            guard others <= MachineTime.mostForeign else { return "other programs took \(Figure.text(others * 100)) % of the machine" }
            let share = Ranks.median(rowsBeside) / alone
            guard share < Self.leastShare else { return nil }
            return "the lane did \(Figure.text(share * 100)) % of its rate alone"
        }
    }

    var lanes: [Lane] = []
    var online: [Online] = []

    var laneCells: [[String]] {
        lanes.map { lane in
            [lane.model.rawValue, String(lane.rows), String(lane.engineChunk)]
                + [lane.byRow, Ranks.median(lane.best), Ranks.median(lane.job), lane.ratio].map(Figure.text)
        }
    }

    var onlineCells: [[String]] {
        online.map { online in
            let pairs = [\SideSample.requestsPerSecond, \.p50Milliseconds, \.p99Milliseconds].flatMap { figure in
                [Ranks.median(online.idle.map { $0[keyPath: figure] }), Ranks.median(online.beside.map { $0[keyPath: figure] })]
            }
            return [String(online.connections)] + (pairs + [online.ratio, Ranks.median(online.rowsBeside)]).map(Figure.text)
        }
    }

    static let laneHeadings = ["MODEL", "ROWS", "ENGINE'S BEST RUN", "ENGINE BY ROW", "ENGINE ROWS/S", "JOB ROWS/S", "JOB/ENGINE"]
    static let onlineHeadings = [
        "CONNECTIONS", "IDLE REQ/S", "BESIDE REQ/S", "IDLE P50 MS", "BESIDE P50 MS", "IDLE P99 MS", "BESIDE P99 MS", "P99 RATIO",
        "JOB ROWS/S",
    ]

    var table: String {
        "batch: a Parquet file in, a Parquet file out, against the engine alone on the same rows in memory\n"
            + TextTable.text(Self.laneHeadings, laneCells)
            + "\n\nonline: one row of digits, JSON, with a token, beside a job of the convnet\n"
            + TextTable.text(Self.onlineHeadings, onlineCells)
    }

    func goals(connections: Int) -> [Goal] {
        let alone = lanes.first { $0.model == .convnet }.map { Ranks.median($0.job) } ?? .infinity
        return lanes.map { .atLeast(0.9, $0.ratio, "batch", "rows a second over engine in-process, \($0.model.rawValue)") }
            + online.filter { $0.connections == connections }.map {
                .atMost(1.3, $0.ratio, "online", "p99 beside a saturated batch lane over p99 idle", doubt: $0.doubt(alone: alone))
            }
    }
}
