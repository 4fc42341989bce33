import Cryptography

/// A secret that identity hands out once and keeps only as its SHA-256.
struct CredentialSecret: Sendable {
    enum Kind: String {
        case key = "mk_"
        case session = "ms_"
        case invitation = "mi_"
    }

    /// The text that the bearer sends: the kind's prefix and 32 random bytes.
    let text: String

    init(_ kind: Kind) {
        text = kind.rawValue + hexadecimal(randomBytes(32))
    }

    /// Upper-case hexadecimal SHA-256 of a secret, the form that HAProxy's converter writes.
    static func sha256(_ text: String) -> String {
        hexadecimal(SHA256.digest(text)).uppercased()
    }

    var sha256: String { Self.sha256(text) }
}
