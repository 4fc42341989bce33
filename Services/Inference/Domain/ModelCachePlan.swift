/// Which models stay in memory: least recently used ones go first when the budget is used up, never one with work under way.
///
/// A value over time; ``ModelCache`` does what it says.
struct ModelCachePlan<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        var bytes: Int
        var lastUse: Int
        var users: Int
        /// Unloaded with work under way: it goes with the last of it.
        var isLeaving = false
    }

    let budget: Int
    /// Bytes of all models in memory.
    private(set) var bytes = 0
    private var entries: [Key: Entry] = [:]
    /// Models that are to be in memory whether they are called or not.
    private var wanted: Set<Key> = []
    private var clock = 0

    init(budget: Int) { self.budget = budget }

    var models: Set<Key> { Set(entries.keys) }

    /// Says which models are to be in memory whether they are called or not.
    mutating func want(_ keys: Set<Key>) { wanted = keys }

    /// Whether a model of a size may be loaded before anybody calls it: it must not drive out another one that is wanted or in use.
    func hasRoom(for size: Int) -> Bool {
        let kept = entries.reduce(0) { $0 + (wanted.contains($1.key) || $1.value.users > 0 ? $1.value.bytes : 0) }
        return kept + size <= budget
    }

    /// Notes a loaded model, and says which have to go.
    ///
    /// - Parameter isCalled: what somebody waits for drives others out; what nobody has called yet only what nobody wants, and else goes
    ///   itself.
    mutating func loaded(_ model: Key, bytes size: Int, isCalled: Bool) -> [Key] {
        clock += 1
        let old = entries[model]
        bytes += size - (old?.bytes ?? 0)
        entries[model] = Entry(bytes: size, lastUse: clock, users: old?.users ?? 0)
        if isCalled { return evict(keeping: model) { _ in true } }
        let wanted = wanted
        let gone = evict(keeping: model) { !wanted.contains($0) }
        guard bytes > budget, entries.count > 1, entries[model]?.users == 0 else { return gone }
        drop(model)
        return gone + [model]
    }

    /// Notes the begin of a use; false when the model is not there for new ones.
    mutating func begin(_ model: Key) -> Bool {
        guard let index = entries.index(forKey: model), !entries.values[index].isLeaving else { return false }
        clock += 1
        entries.values[index].lastUse = clock
        entries.values[index].users += 1
        return true
    }

    /// Notes the end of a use, and says which models have to go now that they may.
    mutating func end(_ model: Key) -> [Key] {
        guard let index = entries.index(forKey: model), entries.values[index].users > 0 else { return [] }
        entries.values[index].users -= 1
        if entries.values[index].isLeaving, entries.values[index].users == 0 {
            drop(model)
            return [model]
        }
        return bytes > budget ? evict(keeping: nil) { _ in true } : []
    }

    /// Takes a model out; true when it goes at once, false when it goes with the end of its work.
    mutating func unload(_ model: Key) -> Bool {
        guard let entry = entries[model] else { return true }
        guard entry.users > 0 else {
            drop(model)
            return true
        }
        entries[model]?.isLeaving = true
        return false
    }

    /// Keeps a model that was to be unloaded and is still there.
    mutating func keep(_ model: Key) { entries[model]?.isLeaving = false }

    func isLeaving(_ model: Key) -> Bool { entries[model]?.isLeaving ?? false }

    private mutating func evict(keeping model: Key?, _ mayGo: (Key) -> Bool) -> [Key] {
        var gone: [Key] = []
        // One model alone stays however large it is: it would be loaded anew for every request.
        while bytes > budget, entries.count > 1 {
            let idle = entries.filter { $0.key != model && $0.value.users == 0 && mayGo($0.key) }
            guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { break }
            drop(oldest)
            gone.append(oldest)
        }
        return gone
    }

    private mutating func drop(_ model: Key) {
        guard let entry = entries.removeValue(forKey: model) else { return }
        bytes -= entry.bytes
    }
}
