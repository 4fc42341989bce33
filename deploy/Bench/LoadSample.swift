import Foundation

/// What callers on threads of their own got done in some time.
struct LoadSample: Sendable {
    /// What each call took.
    let milliseconds: [Double]
    let seconds: Double

    var requestsPerSecond: Double { Double(milliseconds.count) / seconds }

    /// Calls again and again from so many threads until the time is over. The first call of each thread is not counted.
    ///
    /// - Parameter caller: makes what one thread calls; runs on that thread.
    static func measure(
        threads: Int, for time: Duration, _ caller: @escaping @Sendable () throws -> () throws -> Void
    ) async throws -> LoadSample {
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<threads { group.addTask { try await onThread { try loop(for: time, caller()) } } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return LoadSample(milliseconds: times, seconds: time / .seconds(1))
    }

    private static func loop(for time: Duration, _ call: () throws -> Void) throws -> [Double] {
        try call()
        let clock = ContinuousClock()
        var times: [Double] = []
        var now = clock.now
        let end = now + time
        while now < end {
            try call()
            let after = clock.now
            times.append((after - now) / .milliseconds(1))
            now = after
        }
        return times
    }

    /// Swift's own threads are too few to block.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }
}
