import Dispatch
import Foundation
import Synchronization

/// Threads of the lowest class that take pieces of work, first come, first served. They start with the first piece and end with the object.
final class IdleThreads: Sendable {
    typealias Piece = @Sendable () -> Void

    private struct State: Sendable {
        var pieces: [Piece?] = []
        /// Pieces before this position were taken.
        var first = 0
        var sleepers = Sleepers()
        var isStarted = false
        var isStopped = false

        mutating func take() -> Piece? {
            guard first < pieces.count else { return nil }
            defer {
                pieces[first] = nil
                first += 1
            }
            return pieces[first]
        }

        mutating func add(_ piece: @escaping Piece) {
            if first > 64, first * 2 > pieces.count {
                pieces.removeFirst(first)
                first = 0
            }
            pieces.append(piece)
        }
    }

    /// What the threads hold: it outlives the object until the last of them has ended.
    private final class Core: Sendable {
        let state = Mutex(State())
        let prelude: Piece

        init(prelude: @escaping Piece) { self.prelude = prelude }

        func work() {
            IdleClass.enter()
            while let piece = next() {
                prelude()
                piece()
            }
        }

        private func next() -> Piece? {
            while true {
                let (piece, bed) = state.withLock { state -> (Piece?, DispatchSemaphore?) in
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

    let threads: Int
    private let name: String
    private let core: Core

    /// - Parameter prelude: called before each piece, on its thread.
    init(name: String, threads: Int, prelude: @escaping Piece = {}) {
        self.name = name
        self.threads = threads
        core = Core(prelude: prelude)
    }

    deinit {
        core.state.withLock { state in
            state.isStopped = true
            state.sleepers.wakeAll()
        }
    }

    /// Pieces that wait.
    var waiting: Int { core.state.withLock { $0.pieces.count - $0.first } }

    func submit(_ piece: @escaping Piece) {
        let (mustStart, waker) = core.state.withLock { state -> (Bool, DispatchSemaphore?) in
            defer { state.isStarted = true }
            state.add(piece)
            return (!state.isStarted, state.sleepers.wakeOne())
        }
        waker?.signal()
        if mustStart { start() }
    }

    /// Runs a piece and gives what it gave; a task that is cancelled before it began throws `CancellationError`.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
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

    private func start() {
        for index in 0..<threads {
            let thread = Thread { [core] in core.work() }
            thread.name = "\(name)-\(index)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
