/// A path below which everything is served as well, as `/ml`: clients keep the path of the URL that they are given.
public struct BasePath: RawRepresentable, Sendable, Hashable, Codable {
    public let rawValue: String

    /// The longest in bytes.
    public static let maximumLength = 128

    /// Nil for what is no such path: see ``fault(in:routes:)``.
    public init?(rawValue: String) {
        guard rawValue.first == "/", rawValue.utf8.count <= Self.maximumLength else { return nil }
        let segments = rawValue.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.allSatisfy(Self.isPlain) }) else { return nil }
        self.rawValue = rawValue
    }

    /// What is wrong with a text as a base path beside routes that begin with these segments, in words that follow the option's name; nil
    /// when nothing is.
    public static func fault(in text: String, routes: Set<Substring>) -> String? {
        guard let path = BasePath(rawValue: text), let first = path.rawValue.split(separator: "/").first else {
            return "must start with '/', not end with it, and be at most \(maximumLength) letters, digits, '-', '_', '.' and '/', "
                + "with no empty, '.' or '..' segment, not '\(text)'"
        }
        return routes.contains(first) ? "must not begin with '/\(first)', where routes of our own do" : nil
    }

    /// What needs no percent-encoding and means nothing in a configuration.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}
