import Synchronization

/// A connection lent to one task, as inside a transaction.
public struct Connection: Sendable {
    let link: PipelinedConnection

    /// Runs a statement and gives its rows.
    public func query(_ sql: SQL) async throws -> [Row] {
        let result = try await run(sql)
        return (0..<result.count).map { Row(result: result, index: $0) }
    }

    /// Runs a statement and gives the number of rows that it changed.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await run(sql).affected
    }

    func run(_ sql: SQL) async throws -> ResultSet {
        let (text, values) = sql.rendered()
        return try await run(text, values)
    }

    func run(_ text: String, _ values: [String?] = []) async throws -> ResultSet {
        try Task.checkCancellation()
        let handle = SentStatement()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                handle.started(link.submit(text, values) { continuation.resume(with: $0) }, on: link)
            }
        } onCancel: {
            handle.cancel()
        }
    }
}

/// Joins a statement's id, known once it was sent, with a cancellation that may come before or after.
private final class SentStatement: Sendable {
    private let state = Mutex<(id: Int?, link: PipelinedConnection?, isCancelled: Bool)>((nil, nil, false))

    func started(_ id: Int, on link: PipelinedConnection) {
        let cancelled = state.withLock { state in
            state.id = id
            state.link = link
            return state.isCancelled
        }
        if cancelled { link.cancel(id) }
    }

    func cancel() {
        let (id, link) = state.withLock { state in
            state.isCancelled = true
            return (state.id, state.link)
        }
        if let id, let link { link.cancel(id) }
    }
}
