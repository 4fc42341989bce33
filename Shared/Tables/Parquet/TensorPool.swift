import Synchronization
import Tensors

/// Memory for tensors of one size, used again when its tensor has gone: the system clears each new page, which costs as much as reading
/// into it.
final class TensorPool: Sendable {
    /// Memory that goes back to its pool.
    private final class Lent: TensorMemory, @unchecked Sendable {
        private let pool: TensorPool
        private let address: UnsafeMutableRawPointer

        init(_ address: UnsafeMutableRawPointer, _ pool: TensorPool) {
            self.pool = pool
            self.address = address
            super.init(base: address, byteCount: pool.byteCount)
        }

        deinit { pool.giveBack(address) }
    }

    /// A cache line: the engine's widest instructions then never cross one.
    private static let alignment = 64

    let byteCount: Int
    /// Addresses, as numbers.
    private let free = Mutex<[UInt]>([])

    init(byteCount: Int) { self.byteCount = byteCount }

    deinit { for address in free.withLock({ $0 }) { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() } }

    /// A tensor whose bytes the caller writes; all of them.
    func tensor<E: Error>(
        _ field: TensorField, shape: [Int], writing write: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) -> Tensor {
        let address =
            free.withLock { $0.popLast() }.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
            ?? .allocate(byteCount: max(byteCount, 1), alignment: Self.alignment)
        let memory = Lent(address, self)
        try write(UnsafeMutableRawBufferPointer(start: address, count: byteCount))
        return Tensor(name: field.name, datatype: field.datatype, shape: shape, memory: memory)
    }

    private func giveBack(_ address: UnsafeMutableRawPointer) { free.withLock { $0.append(UInt(bitPattern: address)) } }
}
