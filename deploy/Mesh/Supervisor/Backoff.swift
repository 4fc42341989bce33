import Foundation

/// How long a crashed process waits before it starts again: longer each time, up to a bound.
enum Backoff {
    /// Short, since the first crash is most often the only one and callers wait.
    static let first: TimeInterval = 0.1
    static let longest: TimeInterval = 10
    /// A process that ran this long is taken to be well again.
    static let forgetsAfter: TimeInterval = 60

    /// Seconds after the given crash, counted from 1.
    static func delay(crash: Int) -> TimeInterval {
        min(longest, first * pow(2, Double(max(0, min(crash, 30) - 1))))
    }
}
