/// Which answers are kept: least recently used ones go first when the budget is used up. A value over time.
struct ResponseCachePlan<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        var bytes: Int
        var lastUse: Int
    }

    let budget: Int
    private(set) var bytes = 0
    private var entries: [Key: Entry] = [:]
    /// Keys by their last use, oldest first; those that were used again since stand there once more.
    private var uses: [(use: Int, key: Key)] = []
    private var first = 0
    private var clock = 0

    init(budget: Int) { self.budget = budget }

    var count: Int { entries.count }

    /// Notes a use.
    mutating func used(_ key: Key) {
        clock += 1
        guard entries[key] != nil else { return }
        entries[key]?.lastUse = clock
        uses.append((clock, key))
        if uses.count > 4 * entries.count + 64 { compact() }
    }

    /// Notes an answer, and says which others have to go; nil when it is larger than the budget.
    mutating func kept(_ key: Key, bytes size: Int) -> [Key]? {
        guard size <= budget else { return nil }
        bytes += size - (entries[key]?.bytes ?? 0)
        entries[key] = Entry(bytes: size, lastUse: 0)
        used(key)
        var gone: [Key] = []
        while bytes > budget, first < uses.count {
            let (use, oldest) = uses[first]
            first += 1
            guard let entry = entries[oldest], entry.lastUse == use else { continue }
            bytes -= entry.bytes
            entries[oldest] = nil
            gone.append(oldest)
        }
        return gone
    }

    private mutating func compact() {
        uses = uses[first...].filter { entries[$0.key]?.lastUse == $0.use }
        first = 0
    }
}
