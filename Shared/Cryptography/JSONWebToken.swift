import Foundation

/// Signed access tokens in compact form (RFC 7515, RFC 9068).
public enum JSONWebToken {
    struct Header: Codable {
        let alg: String
        let kid: String?
        let typ: String?
        let crit: [String]?
    }

    /// The longest token that is looked at, in bytes.
    public static let maximumLength = 8_192

    /// Signs claims with RS256. `kid` names the key to those who verify.
    public static func sign(claims: TokenClaims, key: RSAPrivateKey, kid: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let header = try encoder.encode(Header(alg: "RS256", kid: kid, typ: "at+jwt", crit: nil))
        let signed = Base64URL.encode(header) + "." + Base64URL.encode(try encoder.encode(claims))
        return signed + "." + Base64URL.encode(key.sign(Array(signed.utf8)))
    }
}
