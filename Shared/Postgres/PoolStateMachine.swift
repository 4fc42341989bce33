/// Which connection serves whom: a value whose methods return what is to be done.
///
/// A statement by itself shares a connection with others (pipelining); a transaction has one for itself. While somebody waits for one
/// for himself, the least busy connection takes no more shared work, so that he is not passed over for ever.
struct PoolStateMachine: Sendable {
    enum Want: Sendable, Hashable {
        case shared
        case exclusive
    }

    enum Action: Sendable, Hashable {
        /// Start a connection with this id.
        case connect(Int)
        /// Let the waiter go on with the connection.
        case give(waiter: Int, connection: Int)
    }

    private enum State: Hashable {
        case connecting
        /// Statements under way.
        case open(Int)
        case leased
    }

    let maximum: Int
    /// Statements that may be under way at once on one connection.
    let depth: Int
    private var connections: [Int: State] = [:]
    private var waiters: [(id: Int, want: Want)] = []
    private var nextConnection = 0

    init(maximum: Int, depth: Int) {
        self.maximum = maximum
        self.depth = depth
    }

    var waiting: Int { waiters.count }
    var openConnections: Int { connections.values.filter { $0 != .connecting }.count }

    mutating func request(_ waiter: Int, _ want: Want) -> [Action] {
        waiters.append((waiter, want))
        return settle()
    }

    /// The waiter does not wait any more.
    mutating func cancel(_ waiter: Int) -> [Action] {
        waiters.removeAll { $0.id == waiter }
        return settle()
    }

    mutating func release(_ connection: Int, _ want: Want) -> [Action] {
        switch (connections[connection], want) {
        case (.open(let count), .shared): connections[connection] = .open(max(0, count - 1))
        case (.leased, .exclusive): connections[connection] = .open(0)
        default: break
        }
        return settle()
    }

    mutating func connected(_ connection: Int) -> [Action] {
        connections[connection] = .open(0)
        return settle()
    }

    /// The connection is gone, or could not be made. It is replaced when somebody needs it.
    mutating func lost(_ connection: Int) -> [Action] {
        connections[connection] = nil
        return settle()
    }

    /// A connection could not be made: takes it away and starts no other, so that the caller decides when to try again.
    mutating func failed(_ connection: Int) {
        connections[connection] = nil
    }

    /// Tries again what waits.
    mutating func retry() -> [Action] { settle() }

    private mutating func settle() -> [Action] {
        var actions: [Action] = []
        var blocked = false
        var sharedBusy = false
        var kept: [(id: Int, want: Want)] = []
        for waiter in waiters {
            let exclusiveWaits = kept.contains { $0.want == .exclusive }
            if !(waiter.want == .exclusive && blocked), let connection = choose(waiter.want, sparing: exclusiveWaits) {
                sharedBusy = sharedBusy || (waiter.want == .shared && load(connection) > 0)
                connections[connection] = waiter.want == .exclusive ? .leased : .open(load(connection) + 1)
                actions.append(.give(waiter: waiter.id, connection: connection))
            } else {
                blocked = blocked || waiter.want == .exclusive
                kept.append(waiter)
            }
        }
        waiters = kept
        return actions + grow(spare: sharedBusy)
    }

    private func load(_ connection: Int) -> Int {
        if case .open(let count) = connections[connection] { count } else { 0 }
    }

    private func choose(_ want: Want, sparing: Bool) -> Int? {
        var open = connections.compactMap { id, state -> (id: Int, count: Int)? in
            if case .open(let count) = state { (id, count) } else { nil }
        }.sorted { ($0.count, $0.id) < ($1.count, $1.id) }
        switch want {
        case .exclusive: return open.first { $0.count == 0 }?.id
        case .shared:
            if sparing, !open.isEmpty { open.removeFirst() }
            return open.first { $0.count < depth }?.id
        }
    }

    /// As many connections are started as there is need for: one for each waiter, and one when statements share, within the maximum.
    private mutating func grow(spare: Bool) -> [Action] {
        let connecting = connections.values.filter { $0 == .connecting }.count
        let wanted = min(waiters.count + (spare ? 1 : 0) - connecting, maximum - connections.count)
        guard wanted > 0 else { return [] }
        return (0..<wanted).map { _ in
            nextConnection += 1
            connections[nextConnection] = .connecting
            return .connect(nextConnection)
        }
    }
}
