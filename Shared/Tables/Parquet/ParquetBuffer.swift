/// Memory that pages are read into, one after the other.
final class ParquetBuffer {
    private(set) var base = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    private var capacity = 64
    /// Bytes that mean something.
    var count = 0

    deinit { base.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Makes room; what was there is lost.
    func reserve(_ size: Int) {
        guard size > capacity else { return }
        base.deallocate()
        base = .allocate(byteCount: size, alignment: 64)
        capacity = size
    }

    func entries<Value: BitwiseCopyable>() -> UnsafeBufferPointer<Value> {
        UnsafeBufferPointer(start: base.assumingMemoryBound(to: Value.self), count: count / MemoryLayout<Value>.size)
    }
}
