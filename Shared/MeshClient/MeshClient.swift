import Contracts
import Foundation
import Observability
import Synchronization

/// Calls one logical service: deadline and trace travel, idempotent calls are retried within a budget, a failing peer is left alone.
public struct MeshClient: Sendable {
    /// Deadline of a call whose task has none.
    public static let standardDeadline: Duration = .seconds(10)
    static let attempts = 3
    static let limit = 128 << 20

    /// What copies of a client share: the breaker and the budget go by logical service.
    private final class Shared: Sendable {
        let breaking: Breaking
        let state = Mutex((breaker: CircuitBreaker(), budget: RetryBudget()))

        init(_ breaking: Breaking) { self.breaking = breaking }
    }

    /// What counts as a failure of the peer.
    public enum Breaking: Sendable {
        /// Silence, and 5xx that do not say when to come again.
        case failures
        /// Only that no connection could be made, or that it broke: for paths on which clients choose what is asked and how long it may
        /// take, since a few of them must not keep out the others.
        case connections
    }

    let baseURL: String
    let socketPath: String?
    public let peer: ServiceName
    let tokens: TokenSource?
    private let shared: Shared

    /// - Parameters:
    ///   - baseURL: scheme, host and port, as `http://127.0.0.1:8080`; with `socketPath` the host is only a name.
    ///   - tokens: nil for routes that are open or whose requests bring their own Authorization.
    ///   - breaking: what makes the client leave the peer alone for a moment.
    public init(
        baseURL: String, peer: ServiceName, tokens: TokenSource?, socketPath: String? = nil, breaking: Breaking = .failures
    ) {
        shared = Shared(breaking)
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.peer = peer
        self.tokens = tokens
        self.socketPath = socketPath
    }

    /// Sends a request and gives the answer, whatever its status. Throws when there is none.
    public func send(_ request: ClientRequest) async throws -> ClientResponse {
        let deadline = request.deadline ?? Deadline.current ?? .after(Self.standardDeadline)
        let token = try await authorization(for: request)
        shared.state.withLock { $0.budget.noteRequest() }
        var attempt = 1
        while true {
            let outcome = await once(request, token: token, deadline: deadline)
            guard attempt < Self.attempts, let pause = pause(after: outcome, of: request, attempt: attempt),
                pause < deadline.remaining, shared.state.withLock({ $0.budget.take() })
            else { return try outcome.get() }
            attempt += 1
            try await Task.sleep(for: pause)
        }
    }

    /// Sends a request once, without a task: for hot paths. The completion is called once, on the transport's thread.
    /// Returns a way to cancel, or nil when the completion was called already.
    @discardableResult
    public func submit(_ request: ClientRequest, _ completion: @escaping @Sendable (Result<ClientResponse, ClientError>) -> Void)
        -> CallHandle?
    {
        guard shared.state.withLock({ $0.breaker.admits(at: .now) }) else {
            completion(.failure(ClientError(.circuitOpen)))
            return nil
        }
        let deadline = request.deadline ?? .after(Self.standardDeadline)
        let transfer = transfer(request, token: tokens?.present, deadline: deadline) { [shared] result in
            Self.note(result, shared)
            completion(result)
        }
        Transport.shared.submit(transfer)
        return CallHandle(transfer: transfer)
    }

    private func authorization(for request: ClientRequest) async throws -> String? {
        guard let tokens, !request.headers.contains(where: { $0.0 == "authorization" }) else { return nil }
        do {
            return try await tokens.token()
        } catch {
            throw ClientError(.unauthenticated, detail: String(reflecting: error))
        }
    }

    private func once(_ request: ClientRequest, token: String?, deadline: Deadline) async -> Result<ClientResponse, ClientError> {
        guard !deadline.isOver else { return .failure(ClientError(.timeout)) }
        guard shared.state.withLock({ $0.breaker.admits(at: .now) }) else { return .failure(ClientError(.circuitOpen)) }
        let pending = PendingCall()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let transfer = transfer(request, token: token, deadline: deadline) { continuation.resume(returning: $0) }
                Transport.shared.submit(transfer)
                pending.started(transfer)
            }
        } onCancel: {
            pending.cancel()
        }
        Self.note(result, shared)
        return result
    }

    /// A peer that answers works, also when it refuses. So does one that says with 503 when to come again: it is not failing but
    /// asking for time, and the pause it asks for is kept. Other 5xx count as failures.
    private static func note(_ result: Result<ClientResponse, ClientError>, _ shared: Shared) {
        shared.state.withLock { state in
            switch result {
            case .success(let answer) where answer.status < 500 || (answer.status == 503 && answer.retryAfter != nil):
                state.breaker.succeeded()
            case .success where shared.breaking == .connections: state.breaker.succeeded()
            case .failure(let error) where error.kind == .cancelled || error.kind == .tooLarge: state.breaker.abandoned(at: .now)
            case .failure(let error) where shared.breaking == .connections && error.kind != .connection:
                state.breaker.abandoned(at: .now)
            default: state.breaker.failed(at: .now)
            }
        }
    }

    /// How long to wait before another try; nil when there is to be none.
    private func pause(after outcome: Result<ClientResponse, ClientError>, of request: ClientRequest, attempt: Int) -> Duration? {
        let backOff = Duration.milliseconds(Int.random(in: 1...(20 << attempt)))
        switch outcome {
        case .failure(let error):
            return request.isIdempotent && error.kind == .connection ? backOff : nil
        case .success(let answer):
            guard request.isIdempotent, [429, 502, 503].contains(answer.status) else { return nil }
            // Callers that were turned away together must not come back together.
            return answer.retryAfter.map { .milliseconds($0 * 1_000 + Int.random(in: 0...($0 * 250 + 20))) } ?? backOff
        }
    }

    private func transfer(
        _ request: ClientRequest, token: String?, deadline: Deadline,
        completion: @escaping @Sendable (Result<ClientResponse, ClientError>) -> Void
    ) -> Transfer {
        let left = max(1, deadline.remainingMilliseconds)
        var headers = request.headers
        func add(_ name: String, _ value: @autoclosure () -> String?) {
            if !headers.contains(where: { $0.0 == name }), let value = value() { headers.append((name, value)) }
        }
        add(HeaderNames.deadline, String(left))
        add(HeaderNames.traceparent, TraceContext.current?.child().traceparent)
        add(HeaderNames.idempotencyKey, request.idempotencyKey)
        add("authorization", token.map { "Bearer " + $0 })
        add("accept", "application/json")
        var url = baseURL + request.path.description
        if !request.query.isEmpty {
            url += "?" + request.query.map { Path.encoded($0.0) + "=" + Path.encoded($0.1) }.joined(separator: "&")
        }
        return Transfer(
            method: request.method, url: url, headers: headers, body: request.body, bodyFile: request.bodyFile, timeoutMilliseconds: left,
            socketPath: socketPath,
            limit: Self.limit, completion: completion)
    }
}

/// A call under way that can be given up.
public struct CallHandle: Sendable {
    let transfer: Transfer

    /// Ends the call; its completion hears of it.
    public func cancel() { Transport.shared.cancel(transfer) }
}

/// Joins a transfer with a cancellation that may come before or after it started.
private final class PendingCall: Sendable {
    private let state = Mutex<(transfer: Transfer?, isCancelled: Bool)>((nil, false))

    func started(_ transfer: Transfer) {
        let cancelled = state.withLock { state in
            state.transfer = transfer
            return state.isCancelled
        }
        if cancelled { Transport.shared.cancel(transfer) }
    }

    func cancel() {
        let transfer = state.withLock { state in
            state.isCancelled = true
            return state.transfer
        }
        if let transfer { Transport.shared.cancel(transfer) }
    }
}
