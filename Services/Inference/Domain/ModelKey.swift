import Contracts

/// Tells loaded models apart: the same file under another name, interface or settings is another one.
///
/// 128 bits of a SHA-256 over all of it, so that looking one up costs nothing to speak of.
struct ModelKey: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    init(name: String, version: String, digest: Digest, interface: Interface, settings: ModelSettings) {
        let parts = "\(name)\n\(version)\n\(digest)\n\(interface)\n\(Self.text(settings))"
        let bytes = Digest(of: parts.utf8).bytes
        high = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// All settings in one order: a set has none of its own.
    private static func text(_ settings: ModelSettings) -> String {
        var plain = settings
        plain.log.redacted = []
        return "\(plain) \(settings.log.redacted.sorted())"
    }
}
