import Cryptography

/// A SHA-256 digest. On the wire: `sha256:` and 64 lower-case hexadecimal digits.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// The digest of some bytes.
    public init(of content: some Sequence<UInt8>) {
        bytes = SHA256.digest(content)
    }

    /// A digest that was computed elsewhere; nil unless it has 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads the wire form; nil when it is not one.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("sha256:"), text.utf8.count == 71, let bytes = Cryptography.bytes(hexadecimal: text.dropFirst(7)),
            text.dropFirst(7).allSatisfy({ !$0.isUppercase })
        else { return nil }
        self.bytes = bytes
    }

    /// The 64 hexadecimal digits, with no prefix.
    public var hex: String { hexadecimal(bytes) }

    public var description: String { "sha256:" + hex }

    public static func < (left: Digest, right: Digest) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension Digest: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Digest(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected sha256: and 64 lower-case hexadecimal digits")
        }
        self = digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
