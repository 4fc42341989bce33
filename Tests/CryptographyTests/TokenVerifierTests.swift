import Cryptography
import Foundation
import Testing

@Suite("Access tokens")
struct TokenVerifierTests {
    static let key = RSAPrivateKey.generate()
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    let verifier = TokenVerifier(keys: ["k1": Self.key.publicKey], issuer: "https://mesh", audience: "mlmesh")

    static func claims(issuer: String = "https://mesh", audience: String = "mlmesh", exp: Int = 1_800_000_300) -> TokenClaims {
        TokenClaims(
            iss: issuer, aud: audience, sub: "person:7", iat: 1_800_000_000, exp: exp, jti: "j", scope: "read infer", team: "documents",
            roles: ["viewer"], gen: 3, act: .init(sub: "person:8"))
    }

    /// A token with any header and payload, signed by the right key unless told otherwise.
    static func token(_ header: String, _ payload: String, signature: ((String) -> [UInt8])? = nil) -> String {
        let signed = Base64URL.encode(header.utf8) + "." + Base64URL.encode(payload.utf8)
        return signed + "." + Base64URL.encode(signature?(signed) ?? key.sign(Array(signed.utf8)))
    }

    static let payload =
        #"{"iss":"https://mesh","aud":"mlmesh","sub":"s","iat":1,"exp":1800000300,"jti":"j","scope":"read","team":"t","roles":[],"gen":1}"#
    static let header = #"{"alg":"RS256","kid":"k1","typ":"at+jwt"}"#

    func fault(_ token: String) -> TokenFault? {
        do {
            _ = try verifier.verify(token, now: Self.now)
            return nil
        } catch {
            return error
        }
    }

    @Test("a token that was signed verifies to the same claims")
    func roundTrip() throws {
        let token = try JSONWebToken.sign(claims: Self.claims(), key: Self.key, kid: "k1")

        #expect(try verifier.verify(token, now: Self.now) == Self.claims())
    }

    @Test("a token ends at its second")
    func expiry() throws {
        let token = try JSONWebToken.sign(claims: Self.claims(exp: 1_800_000_001), key: Self.key, kid: "k1")

        #expect(try verifier.verify(token, now: Self.now).exp == 1_800_000_001)
        #expect(throws: TokenFault.expired) { try verifier.verify(token, now: Self.now.addingTimeInterval(1)) }
    }

    @Test("a token for somebody else, or from somebody else, is refused")
    func foreign() throws {
        #expect(fault(try JSONWebToken.sign(claims: Self.claims(issuer: "https://other"), key: Self.key, kid: "k1")) == .issuer)
        #expect(fault(try JSONWebToken.sign(claims: Self.claims(audience: "other"), key: Self.key, kid: "k1")) == .audience)
        #expect(fault(try JSONWebToken.sign(claims: Self.claims(), key: Self.key, kid: "k2")) == .unknownKey)
        #expect(fault(try JSONWebToken.sign(claims: Self.claims(), key: .generate(), kid: "k1")) == .signature)
    }

    @Test("no algorithm but RS256 is taken, whatever signs")
    func algorithms() {
        let secret = Array(Self.key.publicKeyPEM.utf8)
        let none = Self.token(#"{"alg":"none","kid":"k1","typ":"at+jwt"}"#, Self.payload, signature: { _ in [] })
        let hmac = Self.token(
            #"{"alg":"HS256","kid":"k1","typ":"at+jwt"}"#, Self.payload, signature: { authenticationCode(of: Array($0.utf8), key: secret) })
        let disguised = Self.token(Self.header, Self.payload, signature: { authenticationCode(of: Array($0.utf8), key: secret) })

        #expect(fault(none) == .algorithm)
        #expect(fault(hmac) == .algorithm)
        #expect(fault(disguised) == .signature)
    }

    @Test("an altered part is noticed")
    func altered() {
        let parts = Self.token(Self.header, Self.payload).split(separator: ".").map(String.init)
        let richer = Base64URL.encode(Self.payload.replacing("\"read\"", with: "\"administer\"").utf8)

        #expect(fault(parts.joined(separator: ".")) == nil)
        #expect(fault([parts[0], richer, parts[2]].joined(separator: ".")) == .signature)
        #expect(fault([parts[0], parts[1], String(parts[2].reversed())].joined(separator: ".")) != nil)
    }

    @Test(
        "claims must be there and of their type",
        arguments: ["\"exp\":1800000300,", "\"aud\":\"mlmesh\",", "\"iss\":\"https://mesh\",", "\"sub\":\"s\",", ",\"gen\":1"])
    func missing(claim: String) {
        #expect(Self.payload.contains(claim))
        #expect(fault(Self.token(Self.header, Self.payload.replacing(claim, with: ""))) == .claims)
    }

    @Test("an audience list, a text for a time and a fraction of a second are no claims of ours")
    func types() {
        #expect(fault(Self.token(Self.header, Self.payload.replacing("\"mlmesh\"", with: "[\"mlmesh\"]"))) == .claims)
        #expect(fault(Self.token(Self.header, Self.payload.replacing("1800000300", with: "\"1800000300\""))) == .claims)
        #expect(fault(Self.token(Self.header, Self.payload.replacing("1800000300", with: "1800000300.5"))) == .claims)
    }

    @Test("critical extensions and other types of token are refused")
    func headers() {
        #expect(fault(Self.token(#"{"alg":"RS256","kid":"k1","typ":"JWT"}"#, Self.payload)) == .algorithm)
        #expect(fault(Self.token(#"{"alg":"RS256","kid":"k1"}"#, Self.payload)) == .algorithm)
        #expect(fault(Self.token(#"{"alg":"RS256","kid":"k1","typ":"at+jwt","crit":["b64"]}"#, Self.payload)) == .algorithm)
        #expect(fault(Self.token(#"{"alg":"RS256","typ":"at+jwt"}"#, Self.payload)) == .unknownKey)
    }

    @Test("malformed tokens are refused", arguments: ["", ".", "..", "a.b.c", "a.b.c.d", "é.é.é", String(repeating: "a", count: 10_000)])
    func malformed(token: String) {
        #expect(fault(token) == .malformed)
    }
}
