import Contracts

/// What a path may look like, so that every part of the mesh reads it the same way.
enum PathRules {
    /// The longest path without query, in bytes.
    static let maximumLength = 2_048

    /// Why a request target is refused; nil when it is sound.
    static func fault(_ target: String) -> Problem? {
        let bytes = target.utf8
        guard bytes.first == UInt8(ascii: "/") else { return Problem(.malformed, "The request target must be a path that starts with '/'") }
        var length = 0
        var segmentStart = 1
        var needsDecoding = false
        for (index, byte) in bytes.enumerated() {
            guard byte != UInt8(ascii: "?") else { break }
            length = index + 1
            guard byte > 32, byte < 127, byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "#") else {
                return Problem(.malformed, "The path holds a character that must be percent-encoded")
            }
            if byte == UInt8(ascii: "%") { needsDecoding = true }
            if byte == UInt8(ascii: "/") {
                if index > 0, index == segmentStart { return Problem(.malformed, "The path holds an empty segment") }
                segmentStart = index + 1
            }
        }
        guard length <= maximumLength else { return Problem(.malformed, "The path is longer than \(maximumLength) bytes") }
        let path = target.utf8.prefix(length)
        let segments = path.split(separator: UInt8(ascii: "/"))
        let isSound = segments.allSatisfy { segment in
            needsDecoding ? decoded(Substring(segment)) != nil : segment.first != UInt8(ascii: ".") || !isDots(segment)
        }
        return isSound ? nil : Problem(.malformed, "A segment of the path is not well formed")
    }

    /// A segment with its percent-encoding taken off once; nil for a bad encoding, a slash, a control character, `.` or `..`.
    static func decoded(_ segment: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(segment.utf8.count)
        var rest = segment.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(nibble), let low = rest.next().flatMap(nibble) else { return nil }
            bytes.append(high << 4 | low)
        }
        let isForbidden = bytes.contains { $0 < 32 || $0 == 127 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        guard !isForbidden, !isDots(bytes) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isDots(_ segment: some Collection<UInt8>) -> Bool {
        (1...2).contains(segment.count) && segment.allSatisfy { $0 == UInt8(ascii: ".") }
    }

    private static func nibble(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
