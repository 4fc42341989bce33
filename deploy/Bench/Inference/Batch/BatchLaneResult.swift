/// What was measured of the batch lane.
struct BatchLaneResult: Sendable {
    /// One model: rows a second of the job and of the engine alone, by rounds.
    struct Lane: Sendable {
        let model: BenchModel
        let rows: Int
        let engineChunk: Int
        /// Rows a second of the engine with one row in each run.
        let engineByRow: Double
        var engine: [Double] = []
        var job: [Double] = []

        var ratio: Double { Ranks.median(zip(job, engine).map { $0 / $1 }) }
    }

    /// Online latency beside an idle and a saturated batch lane, by rounds.
    struct Online: Sendable {
        let connections: Int
        var idle: [SideSample] = []
        var beside: [SideSample] = []
        /// Rows that the lane did while the online requests were measured.
        var rowsBeside: [Double] = []

        var ratio: Double { Ranks.median(zip(beside, idle).map { $0.p99Milliseconds / $1.p99Milliseconds }) }
    }

    var lanes: [Lane] = []
    var online: [Online] = []

    var table: String {
        let lanes = lanes.map { lane in
            [
                lane.model.rawValue, String(lane.rows), String(lane.engineChunk), Figure.text(lane.engineByRow),
                Figure.text(Ranks.median(lane.engine)),
                Figure.text(Ranks.median(lane.job)), Figure.text(lane.ratio),
            ]
        }
        let online = online.map { online in
            [
                String(online.connections), Figure.text(Ranks.median(online.idle.map(\.requestsPerSecond))),
                Figure.text(Ranks.median(online.beside.map(\.requestsPerSecond))),
                Figure.text(Ranks.median(online.idle.map(\.p50Milliseconds))),
                Figure.text(Ranks.median(online.beside.map(\.p50Milliseconds))),
                Figure.text(Ranks.median(online.idle.map(\.p99Milliseconds))),
                Figure.text(Ranks.median(online.beside.map(\.p99Milliseconds))), Figure.text(online.ratio),
                Figure.text(Ranks.median(online.rowsBeside)),
            ]
        }
        return "batch: a Parquet file in, a Parquet file out, against the engine alone on the same rows in memory\n"
            + TextTable.text(["MODEL", "ROWS", "ENGINE'S BEST RUN", "ENGINE BY ROW", "ENGINE ROWS/S", "JOB ROWS/S", "JOB/ENGINE"], lanes)
            + "\n\nonline: one row of digits, JSON, with a token, beside a job of the convnet\n"
            + TextTable.text(
                [
                    "CONNECTIONS", "IDLE REQ/S", "BESIDE REQ/S", "IDLE P50 MS", "BESIDE P50 MS", "IDLE P99 MS", "BESIDE P99 MS",
                    "P99 RATIO",
                    "JOB ROWS/S",
                ], online)
    }

    func goals(connections: Int) -> [Goal] {
        lanes.map { .atLeast(0.9, $0.ratio, "batch", "rows a second over engine in-process, \($0.model.rawValue)") }
            + online.filter { $0.connections == connections }.map {
                .atMost(1.3, $0.ratio, "online", "p99 beside a saturated batch lane over p99 idle")
            }
    }
}
