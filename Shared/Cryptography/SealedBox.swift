import COpenSSL

/// Authenticated encryption with AES-256-GCM (NIST SP 800-38D): a random nonce of 12 bytes, the ciphertext, the tag of 16 bytes.
public enum SealedBox {
    private static let nonceSize = 12
    private static let tagSize = 16

    /// Encrypts bytes under a key of 32 bytes.
    public static func seal(_ plain: [UInt8], key: [UInt8]) -> [UInt8] {
        precondition(key.count == 32, "AES-256 takes a key of 32 bytes")
        guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("libcrypto has no cipher context") }
        defer { EVP_CIPHER_CTX_free(context) }
        let nonce = randomBytes(nonceSize)
        var cipher = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: tagSize)
        var written: Int32 = 0
        var rest: UInt8 = 0
        let isDone =
            EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
            && (plain.isEmpty || EVP_EncryptUpdate(context, &cipher, &written, plain, Int32(plain.count)) == 1)
            && EVP_EncryptFinal_ex(context, &rest, &written) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, Int32(tagSize), &tag) == 1
        precondition(isDone, "libcrypto could not encrypt")
        return nonce + cipher + tag
    }

    /// The bytes that were sealed under the key; nil when the key is another one or a bit was changed.
    public static func open(_ sealed: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == 32, sealed.count >= nonceSize + tagSize, let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        let nonce = Array(sealed.prefix(nonceSize))
        let cipher = Array(sealed.dropFirst(nonceSize).dropLast(tagSize))
        var tag = Array(sealed.suffix(tagSize))
        var plain = [UInt8](repeating: 0, count: cipher.count)
        var written: Int32 = 0
        var rest: UInt8 = 0
        let isAuthentic =
            EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
            && (cipher.isEmpty || EVP_DecryptUpdate(context, &plain, &written, cipher, Int32(cipher.count)) == 1)
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, Int32(tagSize), &tag) == 1
            && EVP_DecryptFinal_ex(context, &rest, &written) == 1
        return isAuthentic ? plain : nil
    }
}
