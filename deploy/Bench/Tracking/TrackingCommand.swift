import ArgumentParser
import Foundation

/// `bench tracking`: logging to the trainer beside MLflow's own server, on one Postgres that writes through.
struct TrackingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tracking", abstract: "Log metrics, one and a hundred a request, to the trainer and to `mlflow server`, in turns.")

    @Option(help: "Rounds; each measures both servers once.")
    var rounds = 5
    @Option(help: "Seconds of each measurement.")
    var seconds = 3
    @Option(help: "First of the two ports.")
    var port = 18_431
    @Option(help: "Worker processes of mlflow server.")
    var workers = 4

    func run() async throws {
        try await Interruption().during {
            let folder = FileManager.default.temporaryDirectory.appending(path: "mlmesh-tracking-\(UUID().uuidString)")
            // Postgres runs as another user when we are root.
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
            defer { try? FileManager.default.removeItem(at: folder) }
            let cluster = try TrackingCluster(folder: folder.appending(path: "postgres"))
            defer { cluster.stop() }
            let ours = try await TrackingServer.trainer(on: cluster, in: folder, port: port)
            defer { ours.tree.end() }
            let peer = try TrackingServer.mlflow(on: cluster, in: folder, port: port + 1, workers: workers)
            defer { peer.tree.end() }
            print("one Postgres with fsync, \(rounds) rounds of \(seconds) s in turns, medians; CPU is that of the server alone")
            print(TextTable.text(Self.headings, try await lines(ours, peer)))
        }
    }

    private static let headings = [
        "", "ours req/s", "mlflow req/s", "ratio", "ours p50 ms", "mlflow p50 ms", "ours CPU us", "mlflow CPU us",
    ]

    private func lines(_ ours: TrackingServer, _ peer: TrackingServer) async throws -> [[String]] {
        var lines: [[String]] = []
        for points in [1, 100] {
            for clients in [1, 16] {
                var samples: [[SideSample]] = [[], []]
                for round in 0..<rounds {
                    for index in round.isMultiple(of: 2) ? [0, 1] : [1, 0] {
                        samples[index].append(try await measure([ours, peer][index], points: points, clients: clients))
                    }
                }
                lines.append(Self.line("\(points) points, \(clients) clients", samples))
            }
        }
        return lines
    }

    private func measure(_ server: TrackingServer, points: Int, clients: Int) async throws -> SideSample {
        let run = try server.run()
        let before = server.tree.cpuSeconds
        let sample = try await LoadSample.measure(threads: clients, for: .seconds(seconds)) {
            let caller = try LoadCaller(port: server.port)
            let client = UInt32.random(in: 0...(.max))
            var count = 0
            return {
                count += 1
                try caller.call(server.logging(points, to: run, client: client, count: count))
            }
        }
        return SideSample(sample, cpuSeconds: server.tree.cpuSeconds - before)
    }

    private static func line(_ title: String, _ samples: [[SideSample]]) -> [String] {
        let rates = samples.map { Ranks.median($0.map(\.requestsPerSecond)) }
        let ratios = zip(samples[0], samples[1]).map { $0.requestsPerSecond / $1.requestsPerSecond }
        let latencies = samples.map { Figure.text(Ranks.median($0.map(\.p50Milliseconds))) }
        let cpu = samples.map { Figure.text(Ranks.median($0.map(\.cpuMicroseconds))) }
        return [title] + rates.map(Figure.text) + [Figure.text(Ranks.median(ratios))] + latencies + cpu
    }
}
