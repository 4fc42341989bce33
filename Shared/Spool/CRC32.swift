import CZlib

/// The cyclic redundancy check of IEEE 802.3 (reflected polynomial 0xEDB88320), by zlib, which knows the machine's fastest way.
struct CRC32 {
    private(set) var checksum: UInt32 = 0

    mutating func update(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { update($0) }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        // No memory means to zlib: begin anew.
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        checksum = UInt32(truncatingIfNeeded: crc32_z(UInt(checksum), start.assumingMemoryBound(to: UInt8.self), bytes.count))
    }

    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var check = CRC32()
        check.update(bytes)
        return check.checksum
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { checksum($0) } }
}
