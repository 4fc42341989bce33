/// Memory that tensors share: written before the first tensor holds it, never changed afterwards.
///
/// A subclass keeps memory alive that is not ours, as an engine's. `@unchecked Sendable`: the bytes are constant once they are shared.
open class TensorMemory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    /// Memory that stays valid as long as the object.
    public init(base: UnsafeMutableRawPointer, byteCount: Int) {
        self.base = base
        self.byteCount = byteCount
    }
}

/// Memory of our own, not initialised.
final class OwnedMemory: TensorMemory, @unchecked Sendable {
    /// A cache line: the engine's widest instructions then never cross one. Small tensors take what malloc gives, which is quicker.
    private static let wideAlignment = 64
    private static let wideFrom = 4096

    init(byteCount: Int) {
        let alignment = byteCount >= Self.wideFrom ? Self.wideAlignment : 16
        super.init(base: .allocate(byteCount: max(byteCount, 1), alignment: alignment), byteCount: byteCount)
    }

    deinit { base.deallocate() }

    var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: base, count: byteCount) }
}
