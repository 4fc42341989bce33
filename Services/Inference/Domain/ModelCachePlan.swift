import Contracts

/// Which models stay loaded: least recently used ones go first when the budget is used up, never one with work under way.
///
/// A value over time; ``ModelCache`` does what it says.
struct ModelCachePlan: Sendable {
    private struct Entry {
        var bytes: Int
        var lastUse: Int
        var users: Int
    }

    let budget: Int
    private var entries: [Digest: Entry] = [:]
    private var clock = 0

    init(budget: Int) { self.budget = budget }

    var bytes: Int { entries.values.reduce(0) { $0 + $1.bytes } }
    var models: Set<Digest> { Set(entries.keys) }

    /// Notes a loaded model, and says which others have to go.
    mutating func loaded(_ model: Digest, bytes size: Int) -> [Digest] {
        clock += 1
        entries[model] = Entry(bytes: size, lastUse: clock, users: entries[model]?.users ?? 0)
        return evict(keeping: model)
    }

    mutating func begin(_ model: Digest) {
        clock += 1
        entries[model]?.lastUse = clock
        entries[model]?.users += 1
    }

    /// Notes the end of a use, and says which models have to go now that they may.
    mutating func end(_ model: Digest) -> [Digest] {
        entries[model]?.users -= 1
        return evict(keeping: nil)
    }

    private mutating func evict(keeping model: Digest?) -> [Digest] {
        var gone: [Digest] = []
        while bytes > budget {
            let idle = entries.filter { $0.key != model && $0.value.users == 0 }
            guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { break }
            entries[oldest] = nil
            gone.append(oldest)
        }
        return gone
    }
}
