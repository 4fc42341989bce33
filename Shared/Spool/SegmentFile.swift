import Foundation

/// The segment that is being written, mapped into memory: a record that was copied in is in the page cache, with no call into the kernel.
///
/// The file has its whole length from the start, allocated on the disk, so that a full disk shows here and not at a copy. What follows the
/// last record is zeroes, which are no frame.
final class SegmentFile {
    let number: Int
    let since = ContinuousClock.now
    private(set) var bytes = 0
    /// Bytes whose pages are there.
    private var populated = 0
    private let descriptor: Int32
    private let memory: UnsafeMutableRawBufferPointer

    /// Makes the file of a segment; nil when there is no room for it on the disk.
    init?(_ name: String, number: Int, capacity: Int) {
        let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard posix_fallocate(descriptor, 0, off_t(capacity)) == 0,
            let memory = mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else {
            _ = Foundation.close(descriptor)
            unlink(name)
            return nil
        }
        self.number = number
        self.descriptor = descriptor
        self.memory = UnsafeMutableRawBufferPointer(start: memory, count: capacity)
    }

    deinit {
        munmap(memory.baseAddress, memory.count)
        _ = close(descriptor)
    }

    var left: Int { memory.count - bytes }

    /// Pages that are asked for at once: one by one, each would cost a fault.
    private static let share = 256 << 10

    /// Has the pages up to a byte made (madvise(2), MADV_POPULATE_WRITE). A kernel that does not know that makes them one by one.
    private func populate(to end: Int) {
        let populateWrite: Int32 = 23
        while populated < end {
            let length = min(Self.share, memory.count - populated)
            _ = madvise(memory.baseAddress?.advanced(by: populated), length, populateWrite)
            populated += length
        }
    }

    /// Copies bytes in. Traps when they do not fit: callers have asked.
    func append(_ content: UnsafeRawBufferPointer) {
        populate(to: bytes + content.count)
        UnsafeMutableRawBufferPointer(rebasing: memory[bytes...]).copyMemory(from: content)
        bytes += content.count
    }

    /// Copies a frame in: its head last, so that a frame with a length is a whole one.
    func append(_ head: FrameHead, _ json: RawSpan) {
        let length = FrameHead.length(json.byteCount)
        populate(to: bytes + length)
        let frame = UnsafeMutableRawBufferPointer(rebasing: memory[bytes..<(bytes + length)])
        frame[FrameHead.bytes] = head.kind.rawValue
        json.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: frame[(FrameHead.bytes + 1)...]).copyMemory(from: $0) }
        frame[frame.count - 1] = UInt8(ascii: "\n")
        frame.storeBytes(of: head.checksum.littleEndian, toByteOffset: 4, as: UInt32.self)
        frame.storeBytes(of: head.payload.littleEndian, toByteOffset: 0, as: UInt32.self)
        bytes += frame.count
    }

    /// Cuts off what was not used; false when the system refuses.
    func finish() -> Bool { ftruncate(descriptor, off_t(bytes)) == 0 }
}
