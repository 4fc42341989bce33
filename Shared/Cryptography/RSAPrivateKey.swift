import COpenSSL

/// An RSA key that signs RS256.
public struct RSAPrivateKey: Sendable, CustomStringConvertible {
    private let handle: KeyHandle

    /// Reads `BEGIN PRIVATE KEY` or `BEGIN RSA PRIVATE KEY`, not encrypted; nil unless it is an RSA key of 2048 to 8192 bits.
    public init?(pem: String) {
        // The empty passphrase keeps libcrypto from asking for one on the terminal.
        var passphrase: [CChar] = [0]
        let handle = KeyHandle.reading(pem) { memory in
            passphrase.withUnsafeMutableBytes { PEM_read_bio_PrivateKey(memory, nil, nil, $0.baseAddress) }
        }
        guard let handle else { return nil }
        self.handle = handle
    }

    private init(handle: KeyHandle) {
        self.handle = handle
    }

    /// A new key of 2048 bits.
    public static func generate() -> RSAPrivateKey {
        var key: OpaquePointer?
        let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
        defer { EVP_PKEY_CTX_free(context) }
        let isMade =
            EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2_048) == 1
            && EVP_PKEY_generate(context, &key) == 1
        guard isMade, let handle = KeyHandle(owning: key) else { preconditionFailure("libcrypto cannot make an RSA key") }
        return RSAPrivateKey(handle: handle)
    }

    /// The RS256 signature of a message.
    public func sign(_ message: [UInt8]) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        defer { EVP_MD_CTX_free(context) }
        var length = Int(EVP_PKEY_get_size(handle.pointer))
        var signature = [UInt8](repeating: 0, count: length)
        let isSigned =
            EVP_DigestSignInit(context, nil, EVP_sha256(), nil, handle.pointer) == 1
            && EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        precondition(isSigned, "libcrypto cannot sign with a key that it read")
        return Array(signature.prefix(length))
    }

    /// The half that verifies.
    public var publicKey: RSAPublicKey { RSAPublicKey(handle: handle) }

    /// The public half as `BEGIN PUBLIC KEY`.
    public var publicKeyPEM: String { publicKey.pem }

    /// The key as `BEGIN PRIVATE KEY`; handle like any secret.
    public var privateKeyPEM: String {
        KeyHandle.written { PEM_write_bio_PrivateKey($0, handle.pointer, nil, nil, 0, nil, nil) }
    }

    public var description: String { "RSA private key" }
}
