import Contracts
import Foundation

/// A path below an artifact root: names that mean the same on every system, so that none leads out of the root.
struct ArtifactPath: Sendable, Hashable, CustomStringConvertible {
    /// Bytes of a whole path, well below what a database's index takes.
    static let longest = 1_500

    /// Empty for the root itself.
    let names: [String]

    var description: String { names.joined(separator: "/") }

    var isRoot: Bool { names.isEmpty }

    /// What all files below a folder begin with; nothing for the root.
    var prefix: String { isRoot ? "" : description + "/" }

    /// The folders on the way to it, the nearest last.
    var ancestors: [String] {
        (1..<max(1, names.count)).map { names.prefix($0).joined(separator: "/") }
    }

    /// Names that were percent-decoded once. Throws a fault of the field `path`.
    init(names: [String]) throws(FieldFault) {
        guard names.allSatisfy(Self.isName) else {
            throw FieldFault(
                "path",
                expected:
                    "names without '..', '.', '/', '\\', control characters or a percent-encoded part of them"
            )
        }
        guard names.joined(separator: "/").utf8.count <= Self.longest else {
            throw FieldFault("path", expected: "at most \(Self.longest) bytes")
        }
        self.names = names
    }

    /// A path as text; slashes at either end say nothing.
    init(_ text: String) throws(FieldFault) {
        let inner = text.drop { $0 == "/" }
        let trimmed = inner.hasSuffix("/") ? inner.dropLast() : inner
        try self.init(
            names: trimmed.isEmpty
                ? [] : trimmed.split(separator: "/", omittingEmptySubsequences: false).map(String.init))
    }

    /// The path of a name in the folder.
    func appending(_ name: String) throws(FieldFault) -> ArtifactPath {
        try ArtifactPath(names: names + [name])
    }

    /// Whether a name is harmless, also to a reader that decodes it once more: clients and proxies differ in how often they do.
    static func isName(_ name: String) -> Bool {
        var text = name
        for _ in 0..<4 {
            guard isPlain(text) else { return false }
            guard let decoded = text.removingPercentEncoding, decoded != text else { return true }
            text = decoded
        }
        return false
    }

    private static func isPlain(_ name: String) -> Bool {
        guard !name.isEmpty, name != ".", name != "..", name.utf8.count <= 255 else { return false }
        guard
            name.utf8.allSatisfy({
                $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
            })
        else { return false }
        // A drive's letter, as in "C:", starts a path of its own for some clients.
        let bytes = Array(name.utf8.prefix(2))
        return bytes.count < 2 || bytes[1] != UInt8(ascii: ":")
    }
}
