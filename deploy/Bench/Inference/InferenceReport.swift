import Contracts
import Foundation

/// All that a run measured.
struct InferenceReport: Codable {
    struct Case: Codable {
        let name: String
        let title: String
        let bodyBytes: Int
        let rows: [CaseResult.Row]
    }

    struct Start: Codable {
        let side: BenchSide
        let seconds: Double
    }

    struct Way: Codable {
        let path: PathsRun.Path
        let connections: Int
        let requestsPerSecond: Double
        let p50Milliseconds: Double
        let p99Milliseconds: Double
        let cpuMicroseconds: Double
        /// The same by service or program.
        let parts: [String: Double]
        /// Of all else in the mesh, until the requests' records are shipped and stored.
        let elsewhereMicroseconds: Double

        /// The parts for people.
        var partsText: String {
            let parts = parts.sorted { $0.key < $1.key }.map { "\($0.key) \(Figure.text($0.value))" }.joined(separator: ", ")
            return parts + "; elsewhere \(Figure.text(elsewhereMicroseconds))"
        }
    }

    var date = Date.now
    var cores = EngineSide.cores
    /// SHA-256 of each model.
    let models: [String]
    let rounds: Int
    let seconds: Int
    var cases: [Case] = []
    var starts: [Start] = []
    var ways: [Way] = []
    var batch: BatchLaneResult?
    var goals: [Goal] = []

    mutating func add(_ result: CaseResult, marked connections: Int) {
        cases.append(
            Case(name: result.benchCase.name, title: result.benchCase.title, bodyBytes: result.bodyBytes, rows: result.rows))
        goals += result.goals(connections: connections)
    }

    mutating func add(_ result: StartTime.Result) {
        starts = result.rows.map { Start(side: $0.side, seconds: $0.median) }
        goals += result.goals
    }

    /// Takes the batch lane's figures over.
    mutating func add(_ result: BatchLaneResult, marked connections: Int) {
        batch = result
        goals += result.goals(connections: connections)
    }

    func write(to path: String) throws { try WireJSON.encode(self).write(to: URL(filePath: path)) }
}
