import Contracts
import Foundation
import Statistics

/// Resident memory of a server against the requests that it answered.
struct MemorySeries: Codable {
    struct Point: Codable {
        let requests: Int
        let memory: ResidentMemory
    }

    /// What a flat series may grow by: MiB for each 100,000 requests.
    static let mostGrowth = 0.25
    private static let megabyte = Double(1 << 20)

    /// After the first answer, with no model but the smallest (3 kB).
    let idle: ResidentMemory
    /// Steps of a turn, which differ; those of each turn are the same.
    let turn: Int
    var points: [Point] = []

    /// A line through the turns.
    struct Slope {
        /// MiB for each 100,000 requests.
        let value: Double
        /// Half the width of the 95 % interval.
        let margin: Double

        /// What the interval says about ``MemorySeries/mostGrowth``; nil when it lies on one side of it.
        var doubt: String? {
            let bound = MemorySeries.mostGrowth
            guard value - margin <= bound, value + margin > bound else { return nil }
            return "the interval holds the bound"
        }
    }

    /// Whole turns after the first fifth of the requests, each as the means of its steps: what is in flight when a step ends differs between
    /// steps and not between turns.
    private var turns: [(x: Double, y: Double)] {
        let total = points.last?.requests ?? 0
        return stride(from: 0, through: points.count - turn, by: turn).compactMap { start in
            let steps = points[start..<(start + turn)]
            guard let first = steps.first, first.requests >= total / 5 else { return nil }
            let count = Double(turn)
            return (
                steps.reduce(0) { $0 + Double($1.requests) } / 1e5 / count,
                steps.reduce(0) { $0 + Double($1.memory.bytes) } / Self.megabyte / count
            )
        }
    }

    /// Least squares over the turns, and Student's interval; nil with fewer than six of them.
    var slope: Slope? {
        let turns = turns
        guard turns.count > 5 else { return nil }
        let count = Double(turns.count)
        let (meanX, meanY) = (turns.reduce(0) { $0 + $1.x } / count, turns.reduce(0) { $0 + $1.y } / count)
        let spread = turns.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        let slope = turns.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
        let residual = turns.reduce(0) { sum, point in
            let off = point.y - meanY - slope * (point.x - meanX)
            return sum + off * off
        }
        let standardError = (residual / (count - 2) / spread).squareRoot()
        return Slope(value: slope, margin: StudentDistribution(degrees: count - 2).quantile(0.975) * standardError)
    }

    /// The interval is narrow beside the bound, whatever the slope is: one that ended a series by what it says would favour an answer.
    var isNarrow: Bool { slope.map { $0.margin <= Self.mostGrowth / 4 } ?? false }

    /// The growth is held against its bound by the upper end of its interval: a series that is noisy does not pass by being so.
    var goals: [Goal] {
        let growth = slope.map { slope in
            Goal.atMost(
                Self.mostGrowth, slope.value + slope.margin, "slope",
                "MiB of resident memory for each 100,000 requests, upper end of \(Figure.text(slope.value)) +-\(Figure.text(slope.margin))",
                doubt: slope.doubt)
        }
        let bytes = Double(idle.bytes)
        return [.atMost(60, bytes / 1e6, "idle", "MB of resident memory at rest after the first answer, digits loaded"), growth]
            .compactMap { $0 }
    }

    func write(to path: String) throws { try WireJSON.encode(self).write(to: URL(filePath: path)) }
}
