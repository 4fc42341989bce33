import Foundation
import MeshCommand

/// Times one case on its sides in turns: only one server runs at a time, the others are stopped.
struct CaseRun {
    let benchCase: InferenceCase
    let plan: BenchPlan
    let places: BenchPlaces

    func run() async throws -> CaseResult {
        let inputs = benchCase.model.inputs(rows: benchCase.rows)
        let request = BenchRequest(model: benchCase.model, inputs: inputs, format: benchCase.format)
        let engine = try EngineSide(model: places.model(benchCase.model), inputs: inputs)
        let check = AnswerCheck(expected: try engine.answer(), format: benchCase.format)
        let sides = plan.sides.filter { $0.takes(benchCase.format) }
        let body = try places.file("\(benchCase.name).body", request.body)
        var servers: [BenchSide: BenchServer] = [:]
        defer { for server in servers.values { server.tree.end() } }
        for (index, side) in sides.enumerated() where side != .engine {
            let server = try BenchServer.start(side, serving: [benchCase.model], request, check, port: plan.port + index, places: places)
            servers[side] = server
            server.tree.pause()
        }
        var samples = Interleaving(sides: sides, connections: plan.connections)
        for connections in plan.connections {
            for round in 0..<plan.rounds {
                for side in samples.order(inRound: round) {
                    guard let server = servers[side] else {
                        samples.add(try await engine.sample(for: .seconds(plan.seconds)), of: side, connections: connections)
                        continue
                    }
                    samples.add(try await measure(server, request, body, connections: connections), of: side, connections: connections)
                }
            }
        }
        return CaseResult(benchCase: benchCase, bodyBytes: request.body.count, samples: samples)
    }

    private func measure(_ server: BenchServer, _ request: BenchRequest, _ body: String, connections: Int) async throws -> SideSample {
        server.tree.resume()
        defer { server.tree.pause() }
        let (port, bytes) = (server.port, request.bytes)
        _ = try await LoadSample.measure(threads: connections, for: .milliseconds(200)) {
            let caller = try LoadCaller(port: port)
            return { try caller.call(bytes) }
        }
        let before = server.tree.cpuSeconds
        do {
            let run = try WrkRun.measure(
                request, body: body, script: places.loadScript, port: port, connections: connections, seconds: plan.seconds)
            return SideSample(run, cpuSeconds: server.tree.cpuSeconds - before)
        } catch { throw BenchFault("\(server.side.title), \(benchCase.name), \(connections) connections: \(error)\n\(server.logTail)") }
    }
}
