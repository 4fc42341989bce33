/// Times the ways to a model of a whole mesh in turns: token check, router, gateway.
struct PathsRun {
    typealias Path = ServingComparison.Way.Path

    /// What was measured.
    struct Result: Sendable {
        var samples: Interleaving<Path>
        /// Processor time of a request in each program, by rounds.
        private var microseconds: [Interleaving<Path>.Key: [[String: Double]]] = [:]

        init(samples: Interleaving<Path>) { self.samples = samples }

        mutating func add(_ passage: BenchMesh.Passage, of path: Path, connections: Int) {
            samples.add(passage.sample, of: path, connections: connections)
            microseconds[.init(side: path, connections: connections), default: []].append(passage.microseconds)
        }

        /// Medians over the rounds.
        private func parts(_ path: Path, _ connections: Int) -> [String: Double] {
            let rounds = microseconds[.init(side: path, connections: connections)] ?? []
            let medians = path.programs.map { name in (name, Ranks.median(rounds.compactMap { $0[name] })) }
            return Dictionary(uniqueKeysWithValues: medians)
        }

        var table: String {
            let headings = ["WAY", "CONNECTIONS", "REQ/S", "P50 MS", "P99 MS", "CPU US", "OF INFERENCE", "CPU US IN"]
            let cells = samples.lines.map { line in
                [
                    line.side.title, String(line.connections), Figure.text(line.sample.requestsPerSecond),
                    Figure.text(line.sample.p50Milliseconds), Figure.text(line.sample.p99Milliseconds),
                    Figure.text(line.sample.cpuMicroseconds),
                    samples.ratio(line.side, to: .inference, connections: line.connections).map(Figure.text) ?? "-",
                    parts(line.side, line.connections).sorted { $0.key < $1.key }.map { "\($0.key) \(Figure.text($0.value))" }.joined(
                        separator: ", "),
                ]
            }
            return "paths: one row of the digits sample in a mesh, JSON; CPU of the processes on the way\n"
                + TextTable.text(headings, cells)
        }

        var rows: [InferenceReport.Way] {
            samples.lines.map { line in
                InferenceReport.Way(
                    path: line.side, connections: line.connections, requestsPerSecond: line.sample.requestsPerSecond,
                    p50Milliseconds: line.sample.p50Milliseconds, p99Milliseconds: line.sample.p99Milliseconds,
                    cpuMicroseconds: line.sample.cpuMicroseconds, parts: parts(line.side, line.connections))
            }
        }
    }

    let plan: BenchPlan
    let places: BenchPlaces

    func run() async throws -> Result {
        try await BenchMesh.run { mesh in
            var result = Result(samples: Interleaving(sides: [.inference, .router, .gateway], connections: plan.connections))
            for connections in plan.connections {
                for round in 0..<plan.rounds {
                    for path in result.samples.order(inRound: round) {
                        try await mesh.settle()
                        let passage = try mesh.load(path, connections: connections, seconds: plan.seconds, places: places)
                        result.add(passage, of: path, connections: connections)
                    }
                }
            }
            return result
        }
    }
}
