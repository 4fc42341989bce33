/// The bytes of a segment: an eight-byte mark, then frames.
///
/// A frame is the payload's length and its CRC-32 (both UInt32, little-endian), then the payload: the kind's byte, one line of JSON, a
/// newline. A process that dies within a write leaves a torn last frame, which the length or the checksum shows.
public enum SpoolSegment {
    /// Why a segment cannot be read.
    public struct Corrupt: Error, Hashable, CustomStringConvertible {
        /// Where the first unreadable frame starts.
        public let offset: Int
        public let description: String
    }

    /// Largest payload in bytes: the largest request of the data path with room to spare.
    public static let largestPayload = 1 << 27
    static let mark = Array("MESHSPL1".utf8)

    /// A line as a frame.
    static func frame(_ line: SpoolLine) -> [UInt8] {
        let head = line.json.withUnsafeBytes { FrameHead(line.kind, $0) }
        var frame: [UInt8] = []
        frame.reserveCapacity(FrameHead.length(line.json.count))
        append(head.payload, to: &frame)
        append(head.checksum, to: &frame)
        frame.append(line.kind.rawValue)
        frame.append(contentsOf: line.json)
        frame.append(UInt8(ascii: "\n"))
        return frame
    }

    /// A whole segment of these lines, as a spool writes it.
    public static func bytes(_ lines: [SpoolLine]) -> [UInt8] { lines.reduce(into: mark) { $0 += frame($1) } }

    /// The lines of a whole segment; a torn or changed one is refused.
    public static func lines(_ bytes: [UInt8]) throws(Corrupt) -> [SpoolLine] {
        let (lines, end) = try scan(bytes)
        guard end == bytes.count else { throw torn(end) }
        return lines
    }

    /// The JSON of all records of a kind in a whole segment, a line each. Checksums are not looked at: for segments that this machine wrote
    /// and closed. A torn one is refused.
    public static func text(_ bytes: [UInt8], of kind: SpoolKind) throws(Corrupt) -> [UInt8] {
        guard bytes.starts(with: mark) else { throw Corrupt(offset: 0, description: "the body does not start with a segment's mark") }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var position = mark.count
        while position < bytes.count {
            guard position + FrameHead.bytes <= bytes.count else { throw torn(position) }
            let length = Int(number(bytes, position))
            let payload = position + FrameHead.bytes
            guard length >= 2, length <= largestPayload, payload + length <= bytes.count else { throw torn(position) }
            if bytes[payload] == kind.rawValue { text.append(contentsOf: bytes[(payload + 1)..<(payload + length)]) }
            position = payload + length
        }
        return text
    }

    private static func torn(_ position: Int) -> Corrupt {
        Corrupt(offset: position, description: "the frame at byte \(position) is torn or changed")
    }

    /// How many of a file's bytes are whole frames: what is left of a file whose writer died.
    static func soundLength(_ bytes: [UInt8]) -> Int {
        guard bytes.starts(with: mark) else { return 0 }
        var position = mark.count
        while let next = sound(bytes, position) { position = next.upperBound }
        return position
    }

    private static func scan(_ bytes: [UInt8]) throws(Corrupt) -> (lines: [SpoolLine], end: Int) {
        guard bytes.starts(with: mark) else { throw Corrupt(offset: 0, description: "the body does not start with a segment's mark") }
        var lines: [SpoolLine] = []
        var position = mark.count
        while let payload = sound(bytes, position) {
            guard let kind = SpoolKind(rawValue: bytes[payload.lowerBound]) else {
                throw Corrupt(offset: position, description: "the frame at byte \(position) is of an unknown kind")
            }
            lines.append(SpoolLine(kind: kind, json: Array(bytes[payload.lowerBound + 1..<payload.upperBound - 1])))
            position = payload.upperBound
        }
        return (lines, position)
    }

    /// The payload of the frame at a position; nil when there is no whole one.
    private static func sound(_ bytes: [UInt8], _ position: Int) -> Range<Int>? {
        guard position + FrameHead.bytes <= bytes.count else { return nil }
        let length = Int(number(bytes, position))
        let start = position + FrameHead.bytes
        guard length >= 2, length <= largestPayload, start + length <= bytes.count else { return nil }
        let payload = start..<start + length
        let checksum = bytes.withUnsafeBytes { CRC32.checksum(UnsafeRawBufferPointer(rebasing: $0[payload])) }
        return checksum == number(bytes, position + 4) ? payload : nil
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt32(index)))) }
    }

    private static func number(_ bytes: [UInt8], _ position: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << (8 * UInt32($1)) }
    }
}
