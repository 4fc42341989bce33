/// The cyclic redundancy check of IEEE 802.3 (reflected polynomial 0xEDB88320), as zlib computes it.
///
/// Eight bytes a step (M. Kounavis, F. Berry, "Novel table lookup-based algorithms for high-performance CRC generation", 2008).
struct CRC32 {
    /// Table k gives what a byte does to the check when k bytes follow it.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = (0..<256).map { index in
            (0..<8).reduce(UInt32(index)) { (value: UInt32, _: Int) -> UInt32 in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
        }
        for index in 256..<(8 * 256) {
            let before = tables[index - 256]
            tables.append(tables[Int(before & 0xFF)] ^ (before >> 8))
        }
        return tables
    }()

    private var value: UInt32 = 0xFFFF_FFFF

    var checksum: UInt32 { ~value }

    mutating func update(_ byte: UInt8) {
        value = Self.tables[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8)
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        Self.tables.withUnsafeBufferPointer { tables in
            var value = value
            while position + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(value)
                value = 0
                for step in 0..<8 { value ^= tables[(7 - step) * 256 + Int(truncatingIfNeeded: word >> (8 * UInt64(step)) & 0xFF)] }
                position += 8
            }
            while position < bytes.count {
                value = tables[Int((value ^ UInt32(bytes[position])) & 0xFF)] ^ (value >> 8)
                position += 1
            }
            self.value = value
        }
    }

    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var check = CRC32()
        check.update(bytes)
        return check.checksum
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { checksum($0) } }
}
