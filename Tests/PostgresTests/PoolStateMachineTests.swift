import Testing

@testable import Postgres

@Suite("The pool's state machine")
struct PoolStateMachineTests {
    private typealias Action = PoolStateMachine.Action

    private func pool(_ maximum: Int = 2, depth: Int = 2, open: Int = 0) -> PoolStateMachine {
        var pool = PoolStateMachine(maximum: maximum, depth: depth)
        // As many as were asked for at once are made; then they are given back.
        for waiter in 0..<open { _ = pool.request(-1 - waiter, .exclusive) }
        for connection in 0..<open { _ = pool.connected(connection + 1) }
        for connection in 0..<open { _ = pool.release(connection + 1, .exclusive) }
        return pool
    }

    @Test("the first who asks starts a connection and gets it when it stands")
    func first() {
        var pool = pool()
        #expect(pool.request(1, .shared) == [.connect(1)])
        #expect(pool.connected(1) == [.give(waiter: 1, connection: 1)])
    }

    @Test("no more connections are started than there are who wait, nor than the maximum")
    func bounded() {
        var pool = pool(2)
        let actions = (1...5).flatMap { pool.request($0, .exclusive) }
        #expect(actions == [.connect(1), .connect(2)])
    }

    @Test("a connection lent to one is lent to nobody else until it is back")
    func exclusive() {
        var pool = pool(1, open: 1)
        #expect(pool.request(1, .exclusive) == [.give(waiter: 1, connection: 1)])
        #expect(pool.request(2, .shared) == [])
        #expect(pool.request(3, .exclusive) == [])
        #expect(pool.release(1, .exclusive) == [.give(waiter: 2, connection: 1)])
        #expect(pool.release(1, .shared) == [.give(waiter: 3, connection: 1)])
    }

    @Test("statements share a connection up to its depth")
    func depth() {
        var pool = pool(1, depth: 2, open: 1)
        #expect(pool.request(1, .shared) == [.give(waiter: 1, connection: 1)])
        #expect(pool.request(2, .shared) == [.give(waiter: 2, connection: 1)])
        #expect(pool.request(3, .shared) == [])
        #expect(pool.release(1, .shared) == [.give(waiter: 3, connection: 1)])
    }

    @Test("who wants one for himself is not passed over by statements that keep coming")
    func fairness() {
        var pool = pool(1, depth: 16, open: 1)
        _ = pool.request(1, .shared)
        #expect(pool.request(2, .exclusive) == [])
        #expect(pool.request(3, .shared) == [])
        #expect(pool.release(1, .shared) == [.give(waiter: 2, connection: 1)])
        #expect(pool.release(1, .exclusive) == [.give(waiter: 3, connection: 1)])
    }

    @Test("a connection that is gone is replaced for those who wait, and its borrower's return changes nothing")
    func lost() {
        var pool = pool(1, open: 1)
        _ = pool.request(1, .exclusive)
        _ = pool.request(2, .exclusive)
        #expect(pool.lost(1) == [.connect(2)])
        #expect(pool.release(1, .exclusive) == [])
        #expect(pool.connected(2) == [.give(waiter: 2, connection: 2)])
    }

    @Test("after a failure nothing is started until the caller says so")
    func failed() {
        var pool = pool(1)
        _ = pool.request(1, .shared)
        pool.failed(1)
        #expect(pool.openConnections == 0 && pool.waiting == 1)
        #expect(pool.retry() == [.connect(2)])
    }

    @Test("who gave up gets nothing, and the next one does")
    func cancelled() {
        var pool = pool(1)
        _ = pool.request(1, .exclusive)
        _ = pool.request(2, .exclusive)
        #expect(pool.cancel(1) == [])
        #expect(pool.connected(1) == [.give(waiter: 2, connection: 1)])
    }

    @Test(
        "whatever happens, nobody shares what is lent, nobody is served twice, and nobody waits beside a free connection",
        arguments: 0..<100)
    func property(seed: Int) {
        var model = PoolModel(maximum: seed % 4 + 1, depth: seed % 3 + 1)
        for _ in 0..<300 {
            model.step()
            #expect(model.faults.isEmpty, "\(model.faults)")
        }
        model.finish()
        #expect(model.faults.isEmpty, "\(model.faults)")
        #expect(model.pool.waiting == 0)
    }
}

/// Plays a random world against the machine and notes what must not be.
private struct PoolModel {
    var pool: PoolStateMachine
    let maximum: Int
    let depth: Int
    var faults: [String] = []
    private var wants: [Int: PoolStateMachine.Want] = [:]
    private var connecting: Set<Int> = []
    private var open: Set<Int> = []
    /// Connection -> who has it.
    private var borrowers: [(waiter: Int, connection: Int, want: PoolStateMachine.Want)] = []
    private var next = 0

    init(maximum: Int, depth: Int) {
        (self.maximum, self.depth) = (maximum, depth)
        pool = PoolStateMachine(maximum: maximum, depth: depth)
    }

    mutating func step() {
        switch Int.random(in: 0..<10) {
        case 0..<3: ask()
        case 3..<5: stand()
        case 5..<8: giveBack()
        case 8: giveUp()
        default: lose()
        }
        if open.count + connecting.count > maximum { faults.append("more connections than \(maximum)") }
        if !wants.isEmpty, connecting.isEmpty, open.contains(where: { c in !borrowers.contains { $0.connection == c } }) {
            faults.append("somebody waits beside a free connection")
        }
    }

    /// Lets everything end that was begun.
    mutating func finish() {
        for _ in 0..<10_000 where !(wants.isEmpty && borrowers.isEmpty) {
            stand()
            giveBack()
        }
    }

    private mutating func ask() {
        next += 1
        wants[next] = Bool.random() ? .shared : .exclusive
        take(pool.request(next, wants[next] ?? .shared))
    }

    private mutating func stand() {
        guard let id = connecting.randomElement() else { return }
        connecting.remove(id)
        open.insert(id)
        take(pool.connected(id))
    }

    private mutating func giveBack() {
        guard let index = borrowers.indices.randomElement() else { return }
        let lent = borrowers.remove(at: index)
        take(pool.release(lent.connection, lent.want))
    }

    private mutating func giveUp() {
        guard let id = wants.keys.randomElement() else { return }
        wants[id] = nil
        take(pool.cancel(id))
    }

    private mutating func lose() {
        guard let id = open.randomElement() else { return }
        open.remove(id)
        take(pool.lost(id))
    }

    private mutating func take(_ actions: [PoolStateMachine.Action]) {
        for action in actions {
            switch action {
            case .connect(let id):
                if !connecting.insert(id).inserted || open.contains(id) { faults.append("connection \(id) is made twice") }
            case .give(let waiter, let connection):
                guard let want = wants.removeValue(forKey: waiter) else {
                    faults.append("\(waiter) does not wait")
                    continue
                }
                let others = borrowers.filter { $0.connection == connection && open.contains(connection) }
                if !open.contains(connection) { faults.append("\(connection) is not open") }
                if want == .exclusive ? !others.isEmpty : others.contains(where: { $0.want == .exclusive }) {
                    faults.append("\(connection) is shared with one who has it for himself")
                }
                if others.count >= depth { faults.append("\(connection) is deeper than \(depth)") }
                borrowers.append((waiter, connection, want))
            }
        }
    }
}
