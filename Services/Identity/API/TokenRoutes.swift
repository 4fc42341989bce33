import Contracts
import Cryptography
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore

/// OAuth 2 client credentials (RFC 6749 section 4.4) and the keys that verify tokens (RFC 7517).
struct TokenRoutes: Sendable {
    let credentials: CredentialStore
    let issuer: TokenIssuer

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/identity/token", use: token)
        router.get("/.well-known/jwks.json", use: keys)
    }

    @Sendable
    func token(_ request: Request, _ context: ServiceContext) async throws -> Reply<TokenReply> {
        let form = QueryItems(String(buffer: try await request.bytes(context: context)))
        guard form.values("grant_type") == ["client_credentials"] else {
            throw FieldFault("grant_type", expected: "client_credentials")
        }
        let (id, secret) = try Self.client(request, form)
        let now = Date.now
        switch try await credentials.client(id: id, secret: secret) {
        case .service(let name):
            return reply(try issuer.token(for: name, at: now), scope: Scope.service.rawValue)
        case .holder(let holder):
            let token = try issuer.token(for: holder, lifetime: TokenIssuer.clientLifetime, at: now)
            return reply(token, scope: holder.scopes.map(\.rawValue).sorted().joined(separator: " "))
        case nil:
            throw Problem(.unauthenticated, "The client is not known or its secret is wrong")
        }
    }

    @Sendable
    func keys(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let key = issuer.key.publicKey
        let entry: JSONValue = [
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": .string(issuer.keyID),
            "n": .string(Base64URL.encode(key.modulus)), "e": .string(Base64URL.encode(key.exponent)),
        ]
        return Reply(headers: [.cacheControl: "public, max-age=300"], ["keys": [entry]])
    }

    private func reply(_ token: String, scope: String) -> Reply<TokenReply> {
        let lifetime = Int(TokenIssuer.clientLifetime)
        return Reply(TokenReply(access_token: token, token_type: "Bearer", expires_in: lifetime, scope: scope))
    }

    /// Client id and secret, from Basic authentication or from the form.
    private static func client(_ request: Request, _ form: QueryItems) throws -> (String, String) {
        if let header = request.headers[.authorization] {
            guard header.lowercased().hasPrefix("basic "), let data = Data(base64Encoded: String(header.dropFirst(6))) else {
                throw Problem(.unauthenticated, "Basic authentication with client id and secret is expected")
            }
            let parts = String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw Problem(.unauthenticated, "Basic authentication with client id and secret is expected") }
            return (String(parts[0]), String(parts[1]))
        }
        guard let id = form.values("client_id").first, let secret = form.values("client_secret").first else {
            throw Problem(.unauthenticated, "A client id and secret are expected, as Basic authentication or in the form")
        }
        return (id, secret)
    }
}
