import ArgumentParser
import Foundation

/// `bench http`: what a request costs our server, beside a bare server of swift-nio that does nothing else.
struct HTTPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http", abstract: "CPU time of a small request: a bare NIO server, our fast path, Hummingbird behind it.")

    @Option(help: "Rounds; each measures every way once.")
    var rounds = 5
    @Option(help: "Seconds of each measurement.")
    var seconds = 3
    @Option(help: "Kept connections of wrk.")
    var connections = 8

    func run() async throws {
        let ways = HTTPWay.allCases
        var servers: [HTTPServerKind: HTTPBenchServer] = [:]
        defer { for server in servers.values { server.end() } }
        for kind in HTTPServerKind.allCases { servers[kind] = try HTTPBenchServer.start(kind) }
        var samples: [HTTPWay: [HTTPSample]] = [:]
        for round in 0..<rounds {
            for index in ways.indices {
                let way = ways[(index + round) % ways.count]
                guard let server = servers[way.server] else { continue }
                samples[way, default: []].append(try HTTPSample.measure(way, server, connections: connections, seconds: seconds))
            }
        }
        let bare = Ranks.median((samples[.bare] ?? []).map(\.cpuMicroseconds))
        let rows = ways.map { way in
            let own = samples[way] ?? []
            let cpu = own.map(\.cpuMicroseconds)
            return [
                way.title, Figure.text(Ranks.median(own.map(\.requestsPerSecond))), Figure.text(Ranks.median(own.map(\.p50Milliseconds))),
                Figure.text(Ranks.median(cpu)), "\(Figure.text(cpu.min() ?? 0)) - \(Figure.text(cpu.max() ?? 0))",
                Figure.text(Ranks.median(cpu) - bare),
            ]
        }
        print("0.5 kB of JSON in, 0.2 kB out, \(connections) connections, \(rounds) rounds of \(seconds) s in turns, medians")
        print(TextTable.text(["way", "req/s", "p50 ms", "CPU us", "range", "above bare"], rows))
    }
}
