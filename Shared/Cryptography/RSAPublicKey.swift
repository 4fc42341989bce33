import COpenSSL

/// An RSA key that verifies RS256 signatures (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3).
public struct RSAPublicKey: Sendable {
    let handle: KeyHandle

    /// Reads `BEGIN PUBLIC KEY`; nil unless it is an RSA key of 2048 to 8192 bits.
    public init?(pem: String) {
        guard let handle = KeyHandle.reading(pem, { PEM_read_bio_PUBKEY($0, nil, nil, nil) }) else { return nil }
        self.handle = handle
    }

    init(handle: KeyHandle) {
        self.handle = handle
    }

    /// Whether the signature is this key's over the message.
    public func verify(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, handle.pointer) == 1 else { return false }
        let isGood = EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A failed check leaves its reason in the thread's error queue.
        if !isGood { ERR_clear_error() }
        return isGood
    }

    /// The key as `BEGIN PUBLIC KEY`.
    public var pem: String {
        KeyHandle.written { PEM_write_bio_PUBKEY($0, handle.pointer) }
    }

    /// The modulus, big-endian, as a JSON Web Key carries it.
    public var modulus: [UInt8] { number("n") }

    /// The public exponent, big-endian.
    public var exponent: [UInt8] { number("e") }

    /// The thumbprint of RFC 7638: the key id that the mesh uses, so that nobody has to configure one.
    public var thumbprint: String {
        let members = #"{"e":"\#(Base64URL.encode(exponent))","kty":"RSA","n":"\#(Base64URL.encode(modulus))"}"#
        return Base64URL.encode(SHA256.digest(members))
    }

    private func number(_ name: String) -> [UInt8] {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(handle.pointer, name, &number) == 1, let number else { return [] }
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
        BN_bn2bin(number, &bytes)
        return bytes
    }
}
