import Dispatch
import Foundation
import Synchronization

/// Threads of the lowest class for work that nobody waits for: they run on what the rest of the machine leaves.
///
/// Between two pieces a thread waits while the online work of the process is busy, for a while: the class keeps it from the cores, but not
/// from caches and locks. First come, first served; whoever has much to do brings it in small pieces. The threads start with the first piece and end with the lane.
public final class BatchLane: Sendable {
    private struct State: Sendable {
        var pieces: [(@Sendable () -> Void)?] = []
        /// Pieces before this position were taken.
        var first = 0
        var sleepers = Sleepers()
        var isStarted = false
        var isStopped = false

        mutating func take() -> (@Sendable () -> Void)? {
            guard first < pieces.count else { return nil }
            defer {
                pieces[first] = nil
                first += 1
            }
            return pieces[first]
        }

        mutating func add(_ piece: @escaping @Sendable () -> Void) {
            if first > 64, first * 2 > pieces.count {
                pieces.removeFirst(first)
                first = 0
            }
            pieces.append(piece)
        }
    }

    private final class Core: Sendable {
        let state = Mutex(State())
        let isBusy: @Sendable () -> Bool

        init(isBusy: @escaping @Sendable () -> Bool) { self.isBusy = isBusy }

        func work() {
            IdleClass.enter()
            while let piece = next() {
                for _ in 0..<BatchLane.mostNaps where isBusy() { usleep(BatchLane.nap) }
                piece()
            }
        }

        private func next() -> (@Sendable () -> Void)? {
            while true {
                let (piece, bed) = state.withLock { state -> ((@Sendable () -> Void)?, DispatchSemaphore?) in
                    if let piece = state.take() { return (piece, nil) }
                    guard !state.isStopped else { return (nil, nil) }
                    state.sleepers.willSleep()
                    return (nil, state.sleepers.bed)
                }
                guard let bed else { return piece }
                bed.wait()
            }
        }
    }

    /// Microseconds that a thread waits before it looks again whether others are busy, and how often it does before it goes on: even
    /// work that nobody waits for has to end.
    private static let nap: UInt32 = 1_000
    private static let mostNaps = 50

    public let threads: Int
    private let core: Core

    /// - Parameter isBusy: asked before each piece, on its thread.
    public init(threads: Int, isBusy: @escaping @Sendable () -> Bool = { false }) {
        self.threads = threads
        core = Core(isBusy: isBusy)
    }

    deinit {
        core.state.withLock { state in
            state.isStopped = true
            state.sleepers.wakeAll()
        }
    }

    /// Pieces that wait.
    public var waiting: Int { core.state.withLock { $0.pieces.count - $0.first } }

    /// Runs a piece; a task that is cancelled before it began throws `CancellationError`.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                submit {
                    continuation.resume(
                        with: Result {
                            if flag.isSet { throw CancellationError() }
                            return try body()
                        })
                }
            }
        } onCancel: {
            flag.set()
        }
    }

    private func submit(_ piece: @escaping @Sendable () -> Void) {
        let (mustStart, waker) = core.state.withLock { state -> (Bool, DispatchSemaphore?) in
            defer { state.isStarted = true }
            state.add(piece)
            return (!state.isStarted, state.sleepers.wakeOne())
        }
        waker?.signal()
        if mustStart { start() }
    }

    private func start() {
        for index in 0..<threads {
            let thread = Thread { [core] in core.work() }
            thread.name = "batch-\(index)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
