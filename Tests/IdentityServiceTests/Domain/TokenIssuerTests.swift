import Contracts
import Cryptography
import Foundation
import ServiceTestSupport
import Testing

@testable import IdentityService

@Suite("Tokens that identity signs")
struct TokenIssuerTests {
    private let issuer = TokenIssuer(
        key: TestAuthority().key, keyID: TestAuthority().key.publicKey.thumbprint, issuer: "https://a", audience: "b")
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func claims(_ token: String) throws -> TokenClaims {
        let key = issuer.key.publicKey
        return try TokenVerifier(keys: [key.thumbprint: key], issuer: "https://a", audience: "b").authenticate(token)
    }

    private func holder(_ subject: String = "key:7", endsAt: Date? = nil) -> Holder {
        Holder(subject: subject, team: "documents", roles: [.viewer, .labeler], generation: 3, endsAt: endsAt)
    }

    @Test("a token says who, what for and how long")
    func says() throws {
        let claims = try claims(issuer.token(for: holder(), lifetime: 300, at: now))

        #expect(claims.sub == "key:7" && claims.keyId == "7" && claims.team == "documents" && claims.gen == 3)
        #expect(Set(claims.scope.split(separator: " ").map(String.init)) == ["read", "infer", "label"])
        #expect(claims.roles == ["viewer", "labeler"])
        #expect(claims.exp - claims.iat == 300)
    }

    @Test("a token never outlives its holder")
    func end() throws {
        let claims = try claims(issuer.token(for: holder(endsAt: now.addingTimeInterval(20)), lifetime: 86_400, at: now))
        #expect(claims.exp - claims.iat == 20)
    }

    @Test("a person's token names no key, a service's says nothing but that it is one")
    func kinds() throws {
        let person = try claims(issuer.token(for: holder("person:9"), lifetime: 300, at: now))
        let service = try claims(issuer.token(for: .trainer, at: now))

        #expect(person.keyId == nil)
        #expect(service.sub == "service:trainer" && service.scope == "service" && service.roles.isEmpty)
        #expect(service.exp - service.iat == 300)
    }

    @Test("no two tokens are the same, no two secrets are the same, and secrets have 256 random bits")
    func unique() throws {
        let tokens = try (0..<20).map { _ in try issuer.token(for: holder(), lifetime: 300, at: now) }
        let secrets = (0..<20).map { _ in CredentialSecret(.key).text }

        #expect(Set(tokens).count == 20 && Set(secrets).count == 20)
        #expect(secrets.allSatisfy { $0.hasPrefix("mk_") && $0.count == 3 + 64 })
    }
}
