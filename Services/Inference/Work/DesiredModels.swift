import Synchronization

/// What was asked for by loading and unloading models, as this instance knows it.
final class DesiredModels: Sendable {
    private let state = Mutex<[String: ModelDesire]>([:])
    private let signal = ChangeSignal()

    /// By the model's name.
    var desires: [String: ModelDesire] { state.withLock { $0 } }

    /// Takes wishes as they are now, and tells the listeners of a change.
    func replace(with desires: [String: ModelDesire]) {
        // An answer that was overtaken by a later one changes nothing.
        change { if Self.newest($0) <= Self.newest(desires) { $0 = desires } }
    }

    /// Notes a wish that only this instance hears of.
    func set(_ model: String, isLoaded: Bool, policy: VersionPolicy?) {
        change { $0[model] = ModelDesire(generation: Self.newest($0) + 1, isLoaded: isLoaded, policy: policy) }
    }

    private static func newest(_ desires: [String: ModelDesire]) -> Int { desires.values.map(\.generation).max() ?? 0 }

    private func change(_ body: (inout [String: ModelDesire]) -> Void) {
        let isChanged = state.withLock { desires in
            let before = desires
            body(&desires)
            return before != desires
        }
        if isChanged { signal.announce() }
    }

    /// One element each time wishes have changed, and one at first.
    func changes() -> AsyncStream<Void> { signal.changes() }
}
