/// Goes through the whole frames of a segment's bytes, in order.
struct FrameScanner {
    private let seed: UInt64
    /// Where the next frame starts.
    private(set) var position: Int

    /// - Parameter position: where the first frame starts.
    init(seed: UInt64, position: Int = SegmentHead.bytes) {
        self.seed = seed
        self.position = position
    }

    /// The next frame's kind and record; nil where no whole one follows: the end, a torn or changed one, or what an earlier segment left.
    mutating func next(in bytes: UnsafeRawBufferPointer) -> (kind: UInt8, record: UnsafeRawBufferPointer)? {
        let start = position + FrameHead.bytes
        guard start <= bytes.count else { return nil }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        guard length >= 2, length <= SpoolSegment.largestPayload, start + length <= bytes.count else { return nil }
        let record = UnsafeRawBufferPointer(rebasing: bytes[(start + 1)..<(start + length - 1)])
        let checksum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
        guard bytes[start + length - 1] == UInt8(ascii: "\n"), FrameHead(bytes[start], record).checksum(seed) == checksum else {
            return nil
        }
        position = start + length
        return (bytes[start], record)
    }
}
