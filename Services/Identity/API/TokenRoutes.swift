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
        let (id, secret) = try TokenForm.client(authorization: request.headers[.authorization], form)
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
}
