import COpenSSL

/// Owns one key of libcrypto.
///
/// Unchecked because the pointer is not Sendable by type: libcrypto counts references atomically, and nobody changes a key that is made.
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over a key; nil unless it is an RSA key of 2048 to 8192 bits.
    init?(owning pointer: OpaquePointer?) {
        guard let pointer else {
            ERR_clear_error()
            return nil
        }
        guard EVP_PKEY_get_base_id(pointer) == EVP_PKEY_RSA, (2_048...8_192).contains(EVP_PKEY_get_bits(pointer)) else {
            EVP_PKEY_free(pointer)
            return nil
        }
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(pointer) }

    /// Runs a reader of PEM over a text.
    static func reading(_ pem: String, _ read: (OpaquePointer) -> OpaquePointer?) -> KeyHandle? {
        var text = Array(pem.utf8)
        defer { text.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        return text.withUnsafeBytes { bytes in
            guard let memory = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(memory) }
            return KeyHandle(owning: read(memory))
        }
    }

    /// What a writer of PEM puts out.
    static func written(_ write: (OpaquePointer) -> Int32) -> String {
        guard let memory = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(memory) }
        guard write(memory) == 1 else { return "" }
        var text = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(memory)))
        let count = BIO_read(memory, &text, Int32(text.count))
        return String(decoding: text.prefix(Int(max(0, count))), as: UTF8.self)
    }
}
