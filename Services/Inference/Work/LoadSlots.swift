import Synchronization

/// Lets several loads of models go on at once, as ``LoadTurns`` says.
final class LoadSlots: Sendable {
    private struct State {
        var turns: LoadTurns
        var waiting: [Int: CheckedContinuation<Int, Never>] = [:]

        mutating func take(_ tickets: [Int]) -> [(ticket: Int, continuation: CheckedContinuation<Int, Never>)] {
            tickets.compactMap { ticket in waiting.removeValue(forKey: ticket).map { (ticket, $0) } }
        }
    }

    private let state: Mutex<State>

    init(limit: Int) { state = Mutex(State(turns: LoadTurns(limit: limit))) }

    /// Loads ahead of calls that go on at once.
    var limitAhead: Int { state.withLock { $0.turns.limitAhead } }

    /// Does something when it is a model's turn.
    func run<Value: Sendable, Failure: Error>(
        _ model: String, isCalled: Bool, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let ticket = await withCheckedContinuation { continuation in
            resume(
                state.withLock { state in
                    let (ticket, started) = state.turns.ask(model, isCalled: isCalled)
                    state.waiting[ticket] = continuation
                    return state.take(started)
                })
        }
        defer {
            resume(
                state.withLock { state in
                    let started = state.turns.end(ticket)
                    return state.take(started)
                })
        }
        return try await body()
    }

    private func resume(_ started: [(ticket: Int, continuation: CheckedContinuation<Int, Never>)]) {
        for (ticket, continuation) in started { continuation.resume(returning: ticket) }
    }
}
