import Foundation

/// Why a token is refused. Clients learn only that it was.
public enum TokenFault: Error, Sendable, Hashable {
    /// Not three strict base64url parts of JSON, or too long.
    case malformed
    /// Not RS256, or not an access token.
    case algorithm
    /// No key of this id is trusted.
    case unknownKey
    case signature
    /// A claim is missing or of the wrong type.
    case claims
    case issuer
    case audience
    case expired
}

/// Checks access tokens; the algorithm is pinned to RS256, whatever a token says.
public struct TokenVerifier: Sendable {
    private let keys: [String: RSAPublicKey]
    private let issuer: String
    private let audience: String

    /// A verifier that trusts these keys by key id.
    public init(keys: [String: RSAPublicKey], issuer: String, audience: String) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
    }

    /// The claims of a token that is authentic, for us, and not over.
    public func verify(_ token: some StringProtocol, now: Date) throws(TokenFault) -> TokenClaims {
        let claims = try authenticate(token)
        guard claims.isCurrent(at: now) else { throw .expired }
        return claims
    }

    /// The claims of a token that is authentic and for us; it may be over. What this says of a token never changes, so it may be kept.
    public func authenticate(_ token: some StringProtocol) throws(TokenFault) -> TokenClaims {
        guard token.utf8.count <= JSONWebToken.maximumLength else { throw .malformed }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed }
        let key = try key(for: header)
        guard key.verify(signature, of: Array(token.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))) else { throw .signature }
        guard let claims = try? JSONDecoder().decode(TokenClaims.self, from: Data(payload)) else { throw .claims }
        guard claims.iss == issuer else { throw .issuer }
        guard claims.aud == audience else { throw .audience }
        return claims
    }

    private func key(for header: [UInt8]) throws(TokenFault) -> RSAPublicKey {
        guard let header = try? JSONDecoder().decode(JSONWebToken.Header.self, from: Data(header)) else { throw .malformed }
        guard header.alg == "RS256", header.typ?.lowercased() == "at+jwt", header.crit == nil else { throw .algorithm }
        guard let kid = header.kid, let key = keys[kid] else { throw .unknownKey }
        return key
    }
}

extension TokenClaims {
    /// Whether the token is not over. No leeway: the services of a mesh share their clock's source.
    public func isCurrent(at now: Date) -> Bool {
        now.timeIntervalSince1970 < Double(exp)
    }
}
