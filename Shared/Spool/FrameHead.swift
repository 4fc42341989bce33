/// What stands before a record in a segment: see ``SpoolSegment``.
struct FrameHead {
    /// Bytes of the two numbers.
    static let bytes = 8

    let kind: SpoolKind
    /// Bytes that the checksum is over: the kind's byte, the JSON and a newline.
    let payload: UInt32
    let checksum: UInt32

    init(_ kind: SpoolKind, _ json: UnsafeRawBufferPointer) {
        self.kind = kind
        payload = UInt32(truncatingIfNeeded: json.count + 2)
        var check = CRC32()
        check.update(kind.rawValue)
        check.update(json)
        check.update(UInt8(ascii: "\n"))
        checksum = check.checksum
    }

    /// Bytes of a whole frame around a JSON of a length.
    static func length(_ json: Int) -> Int { bytes + json + 2 }
}
