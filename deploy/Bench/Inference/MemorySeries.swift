import Contracts
import Foundation

/// Resident memory of a server against the requests that it answered.
struct MemorySeries: Codable {
    struct Point: Codable {
        let requests: Int
        let memory: ResidentMemory
    }

    /// After the first answer, with no model but the smallest (3 kB).
    let idle: ResidentMemory
    var points: [Point] = []

    /// Bytes for each 100,000 requests, by least squares over the points after the first fifth; nil with fewer than three of them.
    var slope: Double? {
        let total = points.last?.requests ?? 0
        let steady = points.filter { $0.requests >= total / 5 }
        guard steady.count > 2 else { return nil }
        let xs = steady.map { Double($0.requests) / 1e5 }
        let ys = steady.map { Double($0.memory.bytes) }
        let (meanX, meanY) = (xs.reduce(0, +) / Double(xs.count), ys.reduce(0, +) / Double(ys.count))
        let covariance = zip(xs, ys).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        return covariance / xs.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    }

    var goals: [Goal] {
        let megabyte = Double(1 << 20)
        let growth = slope.map { Goal.atMost(0.25, $0 / megabyte, "slope", "MiB of resident memory for each 100,000 requests") }
        return [.atMost(60, Double(idle.bytes) / megabyte, "idle", "MiB of resident memory after the first answer, digits loaded"), growth]
            .compactMap { $0 }
    }

    func write(to path: String) throws { try WireJSON.encode(self).write(to: URL(filePath: path)) }
}
