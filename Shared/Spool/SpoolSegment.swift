/// The bytes of a segment: a mark of eight bytes and a seed (UInt64), then frames.
///
/// A frame is the payload's length and its checksum (both UInt32), then the payload: the kind's byte, a record of JSON on one line, in
/// which ``RecordedTensor``s may stand, and a newline. All numbers are little-endian. The checksum is made of the record's XXH64, the kind
/// and the seed. A process that dies within a write leaves a torn last frame, which the length or the checksum shows; what an earlier
/// segment left behind the last frame of a file that is written anew has another seed.
public enum SpoolSegment {
    /// Why a segment cannot be read.
    public struct Corrupt: Error, Hashable, CustomStringConvertible {
        /// Where the first unreadable frame starts.
        public let offset: Int
        public let description: String
    }

    /// Largest payload in bytes: the largest request of the data path with room to spare.
    public static let largestPayload = 1 << 27

    /// A whole segment of these lines, as a spool writes it.
    public static func bytes(_ lines: [SpoolLine]) -> [UInt8] {
        let head = SegmentHead()
        return lines.reduce(into: head.encoded) { bytes, line in
            let frame = line.json.withUnsafeBytes { FrameHead(line.kind.rawValue, $0) }
            withUnsafeBytes(of: frame.opening(head.seed)) { bytes += $0.prefix(FrameHead.openingBytes) }
            bytes += line.json
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    /// The lines of a whole segment; a torn or changed one is refused.
    public static func lines(_ bytes: [UInt8]) throws(Corrupt) -> [SpoolLine] {
        try bytes.withUnsafeBufferPointer { (content) throws(Corrupt) in try lines(UnsafeRawBufferPointer(content)) }
    }

    private static func lines(_ bytes: UnsafeRawBufferPointer) throws(Corrupt) -> [SpoolLine] {
        guard let head = SegmentHead(bytes) else { throw Corrupt(offset: 0, description: "the body does not start with a segment's mark") }
        var lines: [SpoolLine] = []
        var scanner = FrameScanner(seed: head.seed)
        var position = scanner.position
        while let (kind, record) = scanner.next(in: bytes) {
            lines.append(try line(kind, record, at: position))
            position = scanner.position
        }
        guard position == bytes.count else {
            throw Corrupt(offset: position, description: "the frame at byte \(position) is torn or changed")
        }
        return lines
    }

    /// A frame as a line of JSON alone.
    static func line(_ kind: UInt8, _ record: UnsafeRawBufferPointer, at position: Int) throws(Corrupt) -> SpoolLine {
        guard let kind = SpoolKind(rawValue: kind) else {
            throw Corrupt(offset: position, description: "the frame at byte \(position) is of an unknown kind")
        }
        guard let json = RecordedTensor.json(record) else {
            throw Corrupt(offset: position, description: "the frame at byte \(position) holds elements of a tensor that cannot be read")
        }
        return SpoolLine(kind: kind, json: json)
    }

    /// How many of a file's bytes are whole frames: what is left of a file whose writer died.
    static func soundLength(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { bytes in
            guard let head = SegmentHead(bytes) else { return 0 }
            var scanner = FrameScanner(seed: head.seed)
            while scanner.next(in: bytes) != nil {}
            return scanner.position
        }
    }
}
