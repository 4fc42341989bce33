/// Times the ways to a model of a whole mesh in turns: token check, router, gateway.
struct PathsRun {
    typealias Path = ServingComparison.Way.Path

    /// What was measured.
    struct Result: Sendable {
        var samples: Interleaving<Path>
        /// By rounds.
        private var passages: [Interleaving<Path>.Key: [BenchMesh.Passage]] = [:]

        init(samples: Interleaving<Path>) { self.samples = samples }

        mutating func add(_ passage: BenchMesh.Passage, of path: Path, connections: Int) {
            samples.add(passage.sample, of: path, connections: connections)
            passages[.init(side: path, connections: connections), default: []].append(passage)
        }

        var table: String {
            let headings = ["WAY", "CONNECTIONS", "REQ/S", "P50 MS", "P99 MS", "CPU US", "OF INFERENCE", "CPU US IN"]
            let cells = rows.map { way in
                [way.path.title, String(way.connections)]
                    + [way.requestsPerSecond, way.p50Milliseconds, way.p99Milliseconds, way.cpuMicroseconds].map(Figure.text)
                    + [samples.ratio(way.path, to: .inference, connections: way.connections).map(Figure.text) ?? "-", way.partsText]
            }
            return "paths: one row of the digits sample in a mesh, JSON; CPU of the processes on the way; elsewhere: of all others, until "
                + "the records are stored\n" + TextTable.text(headings, cells)
        }

        /// Medians over the rounds.
        var rows: [InferenceReport.Way] {
            samples.lines.map { line in
                let passages = passages[.init(side: line.side, connections: line.connections)] ?? []
                let parts = line.side.programs.map { name in (name, Ranks.median(passages.compactMap { $0.microseconds[name] })) }
                return InferenceReport.Way(
                    path: line.side, connections: line.connections, requestsPerSecond: line.sample.requestsPerSecond,
                    p50Milliseconds: line.sample.p50Milliseconds, p99Milliseconds: line.sample.p99Milliseconds,
                    cpuMicroseconds: line.sample.cpuMicroseconds, parts: Dictionary(uniqueKeysWithValues: parts),
                    elsewhereMicroseconds: Ranks.median(passages.map(\.elsewhere)))
            }
        }
    }

    let plan: BenchPlan
    let places: BenchPlaces

    func run() async throws -> Result {
        try await BenchMesh.run(isCompared: true) { mesh in
            var result = Result(samples: Interleaving(sides: [.inference, .router, .direct, .gateway], connections: plan.connections))
            try await mesh.settle()
            let idle = try await mesh.share(over: .seconds(2))
            for connections in plan.connections {
                for round in 0..<plan.rounds {
                    for path in result.samples.order(inRound: round) {
                        let passage = try await mesh.load(
                            path, connections: connections, seconds: plan.seconds, idle: idle, places: places)
                        result.add(passage, of: path, connections: connections)
                    }
                }
            }
            return result
        }
    }
}
