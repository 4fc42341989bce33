/// What stands before a record in a segment: see ``SpoolSegment``.
struct FrameHead {
    /// Bytes of the two numbers.
    static let bytes = 8

    /// The first byte of the payload, see ``SpoolKind``.
    let kind: UInt8
    /// Bytes of the payload: the kind's byte, the record and a newline.
    let payload: UInt32
    private let hash: UInt64

    init(_ kind: UInt8, _ record: UnsafeRawBufferPointer) {
        self.kind = kind
        payload = UInt32(truncatingIfNeeded: record.count + 2)
        hash = XXHash64.hash(record)
    }

    /// The checksum in the segment of a seed. The record was hashed already, so that the lock is not held for that.
    func checksum(_ seed: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: XXHash64.avalanche(hash ^ seed ^ UInt64(kind) &<< 56)) }

    /// Bytes of a whole frame around a record of a length.
    static func length(_ record: Int) -> Int { bytes + record + 2 }

    /// The bytes before the record: payload's length, checksum, kind.
    func opening(_ seed: UInt64) -> (UInt32, UInt32, UInt8) { (payload.littleEndian, checksum(seed).littleEndian, kind) }

    /// Bytes of ``opening(_:)``.
    static let openingBytes = bytes + 1
}
