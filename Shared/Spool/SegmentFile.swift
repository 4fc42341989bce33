import Foundation

/// The segment that is being written: a record that was written to the file is in the page cache, and survives the process.
///
/// The file has its whole length from the start, allocated on the disk, so that a full disk shows here and not at a record. Four zero bytes
/// follow the last frame, which are no frame's length; behind them may be what an earlier segment left in the file.
final class SegmentFile {
    let number: Int
    let head: SegmentHead
    let since = ContinuousClock.now
    private(set) var bytes = SegmentHead.bytes
    private let capacity: Int
    private let descriptor: Int32

    /// Makes the file of a segment; nil when there is no room for it on the disk.
    convenience init?(_ name: String, number: Int, head: SegmentHead, capacity: Int) {
        let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        self.init(descriptor, number, head, capacity)
        guard posix_fallocate(descriptor, 0, off_t(capacity)) == 0, begin() else {
            unlink(name)
            return nil
        }
    }

    /// Writes the file of a segment that nobody needs any more anew; nil when that cannot be, and the file is gone.
    ///
    /// Its pages are in memory already: no new ones have to be found, cleared and given back. Its head goes first, so that what it held is
    /// a segment no more when the file gets its new name.
    convenience init?(recycling spare: String, as name: String, number: Int, head: SegmentHead, capacity: Int) {
        let descriptor = open(spare, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        self.init(descriptor, number, head, capacity)
        var facts = stat()
        let none = [UInt8](repeating: 0, count: SegmentHead.bytes)
        // Another name of the file means that somebody keeps what is in it.
        guard fstat(descriptor, &facts) == 0, facts.st_nlink == 1, pwrite(descriptor, none, none.count, 0) == none.count,
            facts.st_size <= capacity || ftruncate(descriptor, off_t(capacity)) == 0,
            posix_fallocate(descriptor, 0, off_t(capacity)) == 0, rename(spare, name) == 0
        else {
            unlink(spare)
            return nil
        }
        guard begin() else {
            unlink(name)
            return nil
        }
    }

    private init(_ descriptor: Int32, _ number: Int, _ head: SegmentHead, _ capacity: Int) {
        self.descriptor = descriptor
        self.number = number
        self.head = head
        self.capacity = capacity
    }

    deinit { _ = close(descriptor) }

    var left: Int { capacity - bytes }

    private func begin() -> Bool {
        let opening = head.encoded + [0, 0, 0, 0]
        return pwrite(descriptor, opening, opening.count, 0) == opening.count
    }

    /// Writes a frame; false when the system refuses. Its first bytes go with it: what a death of the process cuts off fails the checksum.
    func append(_ frame: FrameHead, _ record: RawSpan) -> Bool {
        let length = FrameHead.length(record.byteCount)
        var opening = frame.opening(head.seed)
        // A newline, and the zeroes where the next frame will begin, as far as there is room.
        var closing: (UInt8, UInt8, UInt8, UInt8, UInt8) = (UInt8(ascii: "\n"), 0, 0, 0, 0)
        let tail = 1 + min(4, max(0, left - length))
        let written = record.withUnsafeBytes { record in
            withUnsafeMutableBytes(of: &opening) { opening in
                withUnsafeMutableBytes(of: &closing) { closing in
                    withUnsafeTemporaryAllocation(of: iovec.self, capacity: 3) { parts in
                        parts[0] = iovec(iov_base: opening.baseAddress, iov_len: FrameHead.openingBytes)
                        parts[1] = iovec(iov_base: UnsafeMutableRawPointer(mutating: record.baseAddress), iov_len: record.count)
                        parts[2] = iovec(iov_base: closing.baseAddress, iov_len: tail)
                        return pwritev(descriptor, parts.baseAddress, 3, off_t(bytes))
                    }
                }
            }
        }
        guard written == length - 1 + tail else { return false }
        bytes += length
        return true
    }

    /// Cuts off what was not used; false when the system refuses.
    func finish() -> Bool { ftruncate(descriptor, off_t(bytes)) == 0 }
}
