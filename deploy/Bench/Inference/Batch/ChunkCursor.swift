import Synchronization

/// Which chunk comes next, for callers that take them in turns.
final class ChunkCursor: Sendable {
    private let next = Atomic(0)

    func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
