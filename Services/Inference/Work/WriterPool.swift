import Synchronization
import Tensors

/// Buffers that answers and records are written into, used again and again: one pair for each thread that writes at once.
final class WriterPool: Sendable {
    struct Writers: ~Copyable {
        var answer = JSONWriter(capacity: 4096)
        var record = JSONWriter(capacity: 4096)
    }

    private final class Slot: Sendable {
        let writers = Mutex(Writers())
    }

    /// Bytes above which a buffer is given back, so that one large answer does not stay for ever.
    private static let largest = 1 << 18

    private let slots: [Slot]

    init(threads: Int) { slots = (0..<max(1, threads)).map { _ in Slot() } }

    /// Lends a pair, emptied.
    func withWriters(_ body: (inout Writers) -> Void) {
        for slot in slots where slot.writers.withLockIfAvailable({ Self.use(&$0, body) }) != nil { return }
        slots[0].writers.withLock { Self.use(&$0, body) }
    }

    private static func use(_ writers: inout Writers, _ body: (inout Writers) -> Void) {
        writers.answer.removeAll()
        writers.record.removeAll()
        body(&writers)
        if writers.answer.count > largest { writers.answer = JSONWriter(capacity: 4096) }
        if writers.record.count > largest { writers.record = JSONWriter(capacity: 4096) }
    }
}
