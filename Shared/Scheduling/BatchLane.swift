import Foundation

/// Threads of the lowest class for runs of models that nobody waits for: they run on what the rest of the machine leaves.
///
/// Between two pieces a thread waits while the online work of the process is busy, for a while: the class keeps it from the cores, but not
/// from caches and locks. First come, first served; whoever has much to do brings it in small pieces.
public final class BatchLane: Sendable {
    /// Microseconds that a thread waits before it looks again whether others are busy, and how often it does before it goes on: even
    /// work that nobody waits for has to end.
    private static let nap: UInt32 = 1_000
    private static let mostNaps = 50

    private let pool: IdleThreads

    public var threads: Int { pool.threads }

    /// - Parameter isBusy: asked before each piece, on its thread.
    public init(threads: Int, isBusy: @escaping @Sendable () -> Bool = { false }) {
        pool = IdleThreads(name: "batch", threads: threads) {
            for _ in 0..<Self.mostNaps where isBusy() { usleep(Self.nap) }
        }
    }

    /// Pieces that wait.
    public var waiting: Int { pool.waiting }

    /// Runs a piece; a task that is cancelled before it began throws `CancellationError`.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value { try await pool.run(body) }
}
