import Dispatch
import Scheduling
import Synchronization

/// Threads for calls that block.
protocol StatementThreads: Sendable {
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value
}

extension IdleExecutor: StatementThreads {}

/// A few threads for calls that block: work waits in the shortest queue, off the threads that everything else shares.
final class Lanes: StatementThreads {
    private let queues: [DispatchQueue]
    private let waiting: Mutex<[Int]>

    init(count: Int) {
        queues = (0..<max(1, count)).map { DispatchQueue(label: "tables.\($0)") }
        waiting = Mutex(Array(repeating: 0, count: max(1, count)))
    }

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        let lane = waiting.withLock { counts in
            let lane = counts.indices.min { counts[$0] < counts[$1] } ?? 0
            counts[lane] += 1
            return lane
        }
        defer { waiting.withLock { $0[lane] -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queues[lane].async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
