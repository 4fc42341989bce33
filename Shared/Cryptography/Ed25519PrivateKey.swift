import COpenSSL

/// A key that signs with Ed25519 (RFC 8032).
public struct Ed25519PrivateKey: Sendable, CustomStringConvertible {
    /// The 32 bytes that the key is made of; handle like any secret.
    public let seed: [UInt8]

    /// Takes the 32 bytes of a key; nil unless there are as many.
    public init?(seed: [UInt8]) {
        guard seed.count == 32 else { return nil }
        self.seed = seed
    }

    /// A new key.
    public static func generate() -> Ed25519PrivateKey {
        guard let key = Ed25519PrivateKey(seed: randomBytes(32)) else { preconditionFailure("32 bytes are a key") }
        return key
    }

    /// The 64 bytes of a message's signature.
    public func sign(_ message: [UInt8]) -> [UInt8] {
        withKey { key in
            guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
            defer { EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: 64)
            var length = signature.count
            let isSigned =
                EVP_DigestSignInit(context, nil, nil, nil, key) == 1
                && EVP_DigestSign(context, &signature, &length, message, message.count) == 1
            precondition(isSigned && length == 64, "libcrypto cannot sign with Ed25519")
            return signature
        }
    }

    /// The half that verifies.
    public var publicKey: Ed25519PublicKey {
        withKey { key in
            var bytes = [UInt8](repeating: 0, count: 32)
            var length = bytes.count
            guard EVP_PKEY_get_raw_public_key(key, &bytes, &length) == 1, let made = Ed25519PublicKey(bytes: bytes) else {
                preconditionFailure("libcrypto has no public half of a key")
            }
            return made
        }
    }

    public var description: String { "Ed25519 private key" }

    private func withKey<T>(_ body: (OpaquePointer) -> T) -> T {
        guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            preconditionFailure("libcrypto has no Ed25519")
        }
        defer { EVP_PKEY_free(key) }
        return body(key)
    }
}
