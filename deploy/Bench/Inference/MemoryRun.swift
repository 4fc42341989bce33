import Foundation

/// Loads a server of ours in steps whose requests differ, and notes its memory after each.
struct MemoryRun {
    let requests: Int
    let port: Int
    let places: BenchPlaces

    /// A series whose interval stays wide ends at so many times the requests.
    private static let mostTimes = 5

    /// Every step is a second; MiniLM comes seldom, since it takes a thousand times as long.
    private static let steps: [(model: BenchModel, rows: Int, format: BenchRequest.Format)] = [
        (.digits, 1, .json), (.mlp, 3, .binary), (.digits, 17, .json), (.mlp, 1, .json), (.digits, 100, .binary), (.mlp, 29, .json),
        (.digits, 2, .binary), (.mlp, 64, .binary), (.digits, 51, .json), (.mlp, 7, .json), (.digits, 5, .json), (.minilm, 2, .json),
    ]

    /// Loads until the requests are answered and the interval of the slope is narrow.
    func run(_ tell: (String) -> Void) throws -> MemorySeries {
        var series = MemorySeries(idle: try idle(), turn: Self.steps.count)
        tell("idle with the digits model: \(series.idle)")
        let loads = try Self.steps.map { try load($0.model, rows: $0.rows, $0.format) }
        let server = try start(serving: [.digits, .mlp, .minilm])
        defer { server.tree.end() }
        var count = 0
        var step = 0
        while !isEnough(series, count) {
            let (request, body) = loads[step % loads.count]
            let connections = Self.steps[step % loads.count].model.isHeavy ? 2 : [8, 1, 32][step % 3]
            let run = try WrkRun.measure(
                request, body: body, places: places, port: port, connections: connections, seconds: 1)
            count += run.requests
            step += 1
            series.points.append(.init(requests: count, memory: server.tree.residentMemory))
            if step.isMultiple(of: loads.count) { tell("\(count) requests: \(server.tree.residentMemory)") }
        }
        return series
    }

    /// Looked at after whole turns alone.
    private func isEnough(_ series: MemorySeries, _ count: Int) -> Bool {
        guard count >= requests, series.points.count.isMultiple(of: series.turn), series.slope != nil else { return false }
        return series.isNarrow || count >= Self.mostTimes * requests
    }

    private func load(_ model: BenchModel, rows: Int, _ format: BenchRequest.Format) throws -> (BenchRequest, String) {
        let request = BenchRequest(model: model, inputs: model.inputs(rows: rows), format: format)
        return (request, try places.file("memory-\(model.rawValue)-\(rows)-\(format.rawValue).body", request.body))
    }

    private func idle() throws -> ResidentMemory {
        let server = try start(serving: [.digits])
        defer { server.tree.end() }
        // What start-up still does after the first answer counts too.
        sleep(2)
        return server.tree.residentMemory
    }

    /// A server that answered one request.
    private func start(serving models: [BenchModel]) throws -> BenchServer {
        let inputs = BenchModel.digits.inputs(rows: 1)
        let engine = try EngineSide(model: places.model(.digits), inputs: inputs)
        let request = BenchRequest(model: .digits, inputs: inputs, format: .json)
        return try BenchServer.start(
            .ours, serving: models, request, AnswerCheck(expected: try engine.answer(), format: .json), port: port, places: places)
    }
}
