import Foundation

/// What stands before the frames of a segment: a mark, and the seed of their checksums.
struct SegmentHead: Sendable, Hashable {
    static let mark = Array("MESHSPL2".utf8)
    /// Bytes of mark and seed.
    static let bytes = 16

    /// Nanoseconds since 1970 at which the segment was opened: no two segments have the same, so that what an earlier one left in a file
    /// is no frame of the next, and the order of seeds is that of writing.
    let seed: UInt64

    /// The head of a segment that is opened now.
    ///
    /// - Parameter last: the seed of the segment before, which a clock that goes back must not come to again.
    init(after last: UInt64 = 0) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        seed = max(UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec), last + 1)
    }

    /// Reads the head of a segment; nil when it is none.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.bytes, bytes.starts(with: Self.mark) else { return nil }
        seed = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: Self.mark.count, as: UInt64.self))
    }

    /// The head as it stands in the file.
    var encoded: [UInt8] { Self.mark + withUnsafeBytes(of: seed.littleEndian) { Array($0) } }
}
