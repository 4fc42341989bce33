import Cryptography

/// A hash in pieces that a class can hold.
final class SHA256Stream {
    private var hash: SHA256? = SHA256()

    func update(_ bytes: some Sequence<UInt8>) { hash?.update(bytes) }

    /// The digest. Nothing can be added afterwards.
    func finish() -> [UInt8] {
        guard let ended = hash.take() else { return [] }
        return ended.finish()
    }
}
