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

    /// A line through the points.
    struct Slope {
        /// Bytes for each 100,000 requests.
        let bytes: Double
        let standardError: Double
    }

    /// Least squares over the points after the first fifth of the requests; nil with fewer than three of them.
    var slope: Slope? {
        let total = points.last?.requests ?? 0
        let steady = points.filter { $0.requests >= total / 5 }.map { (x: Double($0.requests) / 1e5, y: Double($0.memory.bytes)) }
        guard steady.count > 2 else { return nil }
        let count = Double(steady.count)
        let (meanX, meanY) = (steady.reduce(0) { $0 + $1.x } / count, steady.reduce(0) { $0 + $1.y } / count)
        let spread = steady.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        let slope = steady.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
        let residual = steady.reduce(0) { sum, point in
            let off = point.y - meanY - slope * (point.x - meanX)
            return sum + off * off
        }
        return Slope(bytes: slope, standardError: (residual / (count - 2) / spread).squareRoot())
    }

    var goals: [Goal] {
        let megabyte = Double(1 << 20)
        // Steps differ in what is in flight when they end, so a line of a flat series has a slope of its own: two standard errors of it.
        let growth = slope.map { slope in
            Goal.atMost(
                max(0.25, 2 * slope.standardError / megabyte), slope.bytes / megabyte, "slope",
                "MiB of resident memory for each 100,000 requests, +-\(Figure.text(slope.standardError / megabyte))")
        }
        return [.atMost(60, Double(idle.bytes) / megabyte, "idle", "MiB of resident memory after the first answer, digits loaded"), growth]
            .compactMap { $0 }
    }

    func write(to path: String) throws { try WireJSON.encode(self).write(to: URL(filePath: path)) }
}
