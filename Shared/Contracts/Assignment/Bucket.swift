import Cryptography

/// The one hash of splits and of experiments (contract: hash version 1).
public enum Bucket {
    /// How many buckets there are.
    public static let count = 10_000

    /// First 8 bytes (big-endian) of SHA-256(salt 0x1f key), times 10,000, shifted right by 64 bits: no modulo bias.
    public static func of(_ key: String, salt: String) -> Int {
        let digest = SHA256.digest(Array(salt.utf8) + [0x1f] + Array(key.utf8))
        let value = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(value.multipliedFullWidth(by: UInt64(count)).high)
    }
}
