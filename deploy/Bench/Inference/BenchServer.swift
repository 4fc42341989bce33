import Foundation
import MeshCommand

/// A server that runs, and is paused while others are measured.
struct BenchServer: Sendable {
    let side: BenchSide
    let port: Int
    let tree: ProcessTree
    /// From the start of the process to its first right answer.
    let secondsToFirstAnswer: Double
    private let log: URL

    /// Starts a server and waits until it answers the request as the engine does.
    static func start(
        _ side: BenchSide, serving models: [BenchModel], _ request: BenchRequest, _ check: AnswerCheck, port: Int, places: BenchPlaces
    ) throws -> BenchServer {
        if (try? LoadConnection(port: port)) != nil { throw BenchFault("port \(port) is taken: choose another by --port") }
        let peer = try PeerProgram(side, serving: models, port: port, places: places)
        let log = peer.folder.appending(path: "log")
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(filePath: peer.program)
        process.arguments = peer.arguments
        process.environment = peer.environment
        process.currentDirectoryURL = peer.folder
        process.standardOutput = output
        process.standardError = output
        let start = ContinuousClock.now
        try process.run()
        let tree = ProcessTree(root: process.processIdentifier)
        do {
            try check.check(try firstAnswer(to: request, port: port, from: start) { process.isRunning })
        } catch {
            tree.end()
            throw BenchFault("\(side.title): \(error)\n\(tail(of: log))")
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return BenchServer(side: side, port: port, tree: tree, secondsToFirstAnswer: seconds, log: log)
    }

    /// What the server wrote last.
    var logTail: String { Self.tail(of: log) }

    private static func tail(of log: URL) -> String { String(((try? String(contentsOf: log, encoding: .utf8)) ?? "").suffix(2_000)) }

    /// Asks again and again, for a minute at most: servers listen before they are ready, and answer 404 or 503 until they are.
    private static func firstAnswer(
        to request: BenchRequest, port: Int, from start: ContinuousClock.Instant, whileRunning: () -> Bool
    ) throws -> [UInt8] {
        var last = "nobody listened"
        while ContinuousClock.now < start + .seconds(60) {
            guard whileRunning() else { throw BenchFault("ended before it answered") }
            do {
                var connection = try LoadConnection(port: port)
                let answer = try connection.exchange(request.bytes)
                if answer.status == 200 { return answer.body }
                last = "status \(answer.status): \(String(decoding: answer.body.prefix(300), as: UTF8.self))"
            } catch { last = "\(error)" }
            usleep(1_000)
        }
        throw BenchFault("no answer within a minute: \(last)")
    }
}
