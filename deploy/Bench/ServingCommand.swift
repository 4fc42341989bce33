import ArgumentParser
import Contracts
import Foundation
import MeshCommand

/// `bench serving`
struct ServingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serving",
        abstract: "Time one row of inference: the engine alone, the service, through the router, through the gateway with and without it.",
        discussion: """
            Starts a mesh of its own in a temporary folder, trains the digits sample in it, and measures the ways in turns, with 1 and \
            with 8 connections. Clients, services and gateway share the machine, so more connections than processors wait for each other. \
            Everything is on the loopback address.
            """)

    @Option(help: "Rounds; each measures every way once.")
    var rounds = 5
    @Option(help: "Milliseconds of one measurement.")
    var milliseconds = 700
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard rounds > 0, milliseconds > 0 else { throw ValidationError("--rounds and --milliseconds are 1 or more") }
    }

    func run() async throws { try await Interruption().during(compare) }

    private func compare() async throws {
        let comparison = try await BenchMesh.run(isCompared: true) { mesh in
            var comparison = ServingComparison()
            for round in 0..<rounds {
                // Which way goes first moves on, so that none always finds the machine as the same neighbour left it.
                let ways = ServingComparison.ways
                for index in ways.indices {
                    let way = ways[(index + round) % ways.count]
                    comparison.add(try await mesh.measure(way, for: .milliseconds(milliseconds)), of: way)
                }
            }
            return comparison
        }
        if json {
            print(String(decoding: try WireJSON.encode(comparison.rows), as: UTF8.self))
        } else {
            print(
                "One row of 64 numbers, \(rounds) interleaved rounds of \(milliseconds) ms; medians over rounds, quantiles over all requests"
            )
            print(comparison.table)
        }
    }
}
