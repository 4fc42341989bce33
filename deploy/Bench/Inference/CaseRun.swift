import Foundation
import MeshCommand

/// Times one case on its sides in turns: only one server runs at a time, the others are stopped.
struct CaseRun {
    let benchCase: InferenceCase
    let plan: BenchPlan
    let places: BenchPlaces

    /// What all sides of a case are asked, and what they are to answer.
    private struct Load {
        let request: BenchRequest
        /// The file of the request's body.
        let body: String
        let check: AnswerCheck
    }

    func run() async throws -> CaseResult {
        let inputs = benchCase.model.inputs(rows: benchCase.rows)
        let request = BenchRequest(model: benchCase.model, inputs: inputs, format: benchCase.format)
        let engine = try EngineSide(model: places.model(benchCase.model), inputs: inputs)
        let check = AnswerCheck(expected: try engine.answer(), format: benchCase.format)
        let load = Load(request: request, body: try places.file("\(benchCase.name).body", request.body), check: check)
        let sides = plan.sides.filter { $0.takes(benchCase.format) }
        var servers: [BenchSide: BenchServer] = [:]
        defer { for server in servers.values { server.tree.end() } }
        for (index, side) in sides.enumerated() where side != .engine {
            let server = try BenchServer.start(side, serving: [benchCase.model], request, check, port: plan.port + index, places: places)
            servers[side] = server
            server.tree.pause()
        }
        var samples = Interleaving(sides: sides, connections: plan.connections)
        let trees = servers.values.map(\.tree)
        let (start, busy, own) = (ContinuousClock.now, MachineTime.busySeconds, Self.ownSeconds(trees))
        for connections in plan.connections {
            for round in 0..<plan.rounds {
                for side in samples.order(inRound: round) {
                    guard let server = servers[side] else {
                        samples.add(try await engine.sample(for: .seconds(plan.seconds)), of: side, connections: connections)
                        continue
                    }
                    samples.add(try await measure(server, load, connections: connections), of: side, connections: connections)
                }
            }
        }
        let foreign = MachineTime.busySeconds - busy - (Self.ownSeconds(trees) - own)
        let share = max(0, foreign) / ((ContinuousClock.now - start) / .seconds(1) * Double(EngineSide.cores))
        if let ours = servers[.ours] { try audit(ours) }
        return CaseResult(benchCase: benchCase, bodyBytes: request.body.count, foreign: share, samples: samples)
    }

    /// Processor time of the servers, of wrk and of this process.
    private static func ownSeconds(_ servers: [ProcessTree]) -> Double {
        servers.reduce(ProcessTree.cpuSeconds(of: getpid()) + WrkRun.childrenSeconds()) { $0 + $1.cpuSeconds }
    }

    private func measure(_ server: BenchServer, _ load: Load, connections: Int) async throws -> SideSample {
        server.tree.resume()
        defer { server.tree.pause() }
        do {
            try await LoadCaller.warm(load.request, port: server.port, connections: connections)
            let before = server.tree.cpuSeconds
            let run = try WrkRun.measure(
                load.request, body: load.body, places: places, port: server.port, connections: connections, seconds: plan.seconds)
            // Ours files its prediction log behind the answers: that is part of a request, though nobody waits for it.
            if server.side == .ours { server.tree.rest() }
            let spent = server.tree.cpuSeconds - before
            var connection = try LoadConnection(port: server.port)
            try load.check.check(try connection.exchange(load.request.bytes).body)
            return SideSample(run, cpuSeconds: spent)
        } catch { throw BenchFault("\(server.side.title), \(benchCase.name), \(connections) connections: \(error)\n\(server.logTail)") }
    }

    /// Ours has recorded every prediction, and computed each of them.
    private func audit(_ server: BenchServer) throws {
        server.tree.resume()
        defer { server.tree.pause() }
        let metrics = try ServiceMetrics(port: server.port)
        let dropped = metrics.sum("mesh_spool_dropped_records_total")
        guard dropped == 0 else { throw BenchFault("ours, \(benchCase.name): \(Int(dropped)) predictions are in no log") }
        let cached = metrics.sum("mesh_inference_cached_total", "outcome=\"hit\"")
        guard cached == 0 else { throw BenchFault("ours, \(benchCase.name): \(Int(cached)) answers came out of a cache") }
        let rows = metrics.sum("mesh_inference_rows_total", "lane=\"online\"")
        guard rows > 0 else { throw BenchFault("ours, \(benchCase.name): no row was computed") }
    }
}
