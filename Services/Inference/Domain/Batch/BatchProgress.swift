import Contracts
import Foundation

/// How fast a job goes, and how long it still takes.
struct BatchProgress: Sendable, Hashable {
    /// Over the time of work so far; nil before anything is done.
    let rowsPerSecond: Double?
    /// By the rate so far; nil once nothing is left.
    let secondsLeft: Double?

    /// - Parameters:
    ///   - begun: when the first shard could be claimed.
    ///   - last: when the last shard that is done was done.
    init(rows: Int?, done: Int, begun: Date?, last: Date?) {
        guard let rows, done > 0, let begun, let last else { (rowsPerSecond, secondsLeft) = (nil, nil); return }
        let rate = Double(done) / max(last.timeIntervalSince(begun), 1e-3)
        rowsPerSecond = rate
        secondsLeft = done < rows ? Double(rows - done) / rate : nil
    }
}
