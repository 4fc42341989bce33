import Contracts
import Foundation
import Observability
import Synchronization

/// Where a client's tokens come from.
public final class TokenSource: Sendable {
    private enum Kind: Sendable {
        case fixed(String)
        case credentials(baseURL: String, id: String, secret: String)
    }

    private struct Token: Sendable {
        let text: String
        let renewAt: ContinuousClock.Instant
        let endsAt: ContinuousClock.Instant
    }

    private struct State {
        var token: Token?
        var fetch: Task<Token, any Error>?
    }

    private let kind: Kind
    private let state = Mutex(State())

    private init(_ kind: Kind) { self.kind = kind }

    /// An API key or a token that was given.
    public static func fixed(_ key: String) -> TokenSource { TokenSource(.fixed(key)) }

    /// OAuth 2 client credentials of a service: its token is renewed at half of its life, by one request at a time.
    public static func credentials(baseURL: String, id: String, secret: String) -> TokenSource {
        TokenSource(.credentials(baseURL: baseURL, id: id, secret: secret))
    }

    /// A token that is good for now.
    public func token() async throws -> String {
        if case .fixed(let key) = kind { return key }
        let now = ContinuousClock.now
        let (present, fetch) = state.withLock { state -> (Token?, Task<Token, any Error>?) in
            if let token = state.token, now < token.renewAt { return (token, nil) }
            let usable = state.token.flatMap { now < $0.endsAt ? $0 : nil }
            if state.fetch == nil {
                state.fetch = Task {
                    defer { self.state.withLock { $0.fetch = nil } }
                    let token = try await self.ask()
                    self.state.withLock { $0.token = token }
                    return token
                }
            }
            return (usable, state.fetch)
        }
        if let present { return present.text }
        guard let fetch else { throw ClientError(.unauthenticated) }
        return try await fetch.value.text
    }

    /// The token that is there without asking; nil when there is none.
    var present: String? {
        if case .fixed(let key) = kind { return key }
        return state.withLock { state in state.token.flatMap { ContinuousClock.now < $0.endsAt ? $0.text : nil } }
    }

    private func ask() async throws -> Token {
        guard case .credentials(let baseURL, let id, let secret) = kind else { throw ClientError(.unauthenticated) }
        let basic = Data("\(id):\(secret)".utf8).base64EncodedString()
        let client = MeshClient(baseURL: baseURL, peer: .identity, tokens: nil)
        var request = ClientRequest(
            "POST", Path("v1", "identity", "token"),
            headers: [("authorization", "Basic \(basic)"), ("content-type", "application/x-www-form-urlencoded")],
            body: Array("grant_type=client_credentials".utf8), deadline: .after(.seconds(5)))
        // Asking twice for a token does no harm.
        request.idempotencyKey = UUID().uuidString
        let answer = try await client.send(request)
        guard answer.isSuccess else { throw ClientError(.unauthenticated, detail: "identity answered \(answer.status)") }
        let reply = try answer.decode(TokenReply.self)
        let now = ContinuousClock.now
        return Token(
            text: reply.access_token, renewAt: now + .seconds(reply.expires_in / 2), endsAt: now + .seconds(max(1, reply.expires_in - 10)))
    }
}
