import Cryptography

/// Postgres's hexadecimal text form of bytea.
enum SQLBytes {
    static func text(_ bytes: some Sequence<UInt8>) -> String { "\\x" + hexadecimal(bytes) }

    static func bytes(_ text: String) -> [UInt8]? {
        text.hasPrefix("\\x") ? Cryptography.bytes(hexadecimal: text.dropFirst(2)) : nil
    }
}
