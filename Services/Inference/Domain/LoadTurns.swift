/// Whose turn it is to be loaded: several at once, so that a slow one holds nobody up, one of each model, and what somebody waits for
/// before what nobody has called yet.
///
/// A value over time; ``LoadSlots`` does what it says.
struct LoadTurns: Sendable {
    private struct Entry: Sendable {
        let ticket: Int
        let model: String
        let isCalled: Bool
    }

    /// Loads at once.
    let limit: Int
    private var waiting: [Entry] = []
    /// Models that are being loaded, by the load's ticket.
    private var running: [Int: String] = [:]
    private var last = 0

    init(limit: Int) { self.limit = max(1, limit) }

    /// Loads of what nobody has called yet: one less than all, so that a call finds a place.
    var limitAhead: Int { max(1, limit - 1) }

    /// Asks for a turn, and gives the ticket and those whose turn it is now.
    mutating func ask(_ model: String, isCalled: Bool) -> (ticket: Int, started: [Int]) {
        last += 1
        waiting.append(Entry(ticket: last, model: model, isCalled: isCalled))
        return (last, start())
    }

    /// Ends a turn, and gives those whose turn it is now.
    mutating func end(_ ticket: Int) -> [Int] {
        running[ticket] = nil
        return start()
    }

    private mutating func start() -> [Int] {
        var started: [Int] = []
        while let index = next() {
            let entry = waiting.remove(at: index)
            running[entry.ticket] = entry.model
            started.append(entry.ticket)
        }
        return started
    }

    private func next() -> Int? {
        guard running.count < limit else { return nil }
        let busy = Set(running.values)
        if let called = waiting.firstIndex(where: { $0.isCalled && !busy.contains($0.model) }) { return called }
        guard running.count < limitAhead else { return nil }
        return waiting.firstIndex { !busy.contains($0.model) }
    }
}
