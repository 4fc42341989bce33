import Testing

@testable import InferenceService

@Suite("Turns of loads")
struct LoadTurnsTests {
    @Test("so many go on at once, and the next begins when one ends")
    func limit() {
        var turns = LoadTurns(limit: 2)
        let first = turns.ask("a", isCalled: true)
        let second = turns.ask("b", isCalled: true)
        let third = turns.ask("c", isCalled: true)
        #expect(first.started == [first.ticket])
        #expect(second.started == [second.ticket])
        #expect(third.started == [])
        #expect(turns.end(first.ticket) == [third.ticket])
        #expect(turns.end(second.ticket) == [])
    }

    @Test("versions of one model take turns, and others pass them")
    func oneOfAModel() {
        var turns = LoadTurns(limit: 3)
        let first = turns.ask("a", isCalled: true)
        let again = turns.ask("a", isCalled: true)
        let other = turns.ask("b", isCalled: true)
        #expect(again.started == [])
        #expect(other.started == [other.ticket])
        #expect(turns.end(first.ticket) == [again.ticket])
    }

    @Test("what somebody waits for goes first, and always finds a place beside what nobody has called")
    func called() {
        var turns = LoadTurns(limit: 2)
        let ahead = ["a", "b", "c"].map { turns.ask($0, isCalled: false) }
        #expect(ahead.map(\.started) == [[ahead[0].ticket], [], []])
        let called = turns.ask("d", isCalled: true)
        #expect(called.started == [called.ticket])
        let next = turns.ask("e", isCalled: true)
        #expect(next.started == [])
        #expect(turns.end(ahead[0].ticket) == [next.ticket])
        #expect(turns.end(called.ticket) == [])
        #expect(turns.end(next.ticket) == [ahead[1].ticket])
    }

    @Test("one at a time is a limit too")
    func single() {
        var turns = LoadTurns(limit: 0)
        let ahead = turns.ask("a", isCalled: false)
        #expect(ahead.started == [ahead.ticket])
        #expect(turns.ask("b", isCalled: true).started == [])
    }
}

@Suite("Memory of loads that overlap")
struct LoadOverlapTests {
    @Test("a load by itself has all of the growth, overlapping ones share it by their files, and what has ended takes no more part")
    func shares() {
        var overlap = LoadOverlap()
        let alone = overlap.begin(100)
        #expect(overlap.end(alone) == 1)
        let large = overlap.begin(300)
        let small = overlap.begin(100)
        #expect(overlap.end(small) == 0.25)
        let later = overlap.begin(100)
        #expect(overlap.end(later) == 0.25)
        #expect(overlap.end(large) == 0.6)
        #expect(overlap.end(large) == 1)
    }

    @Test("what a load took is its share of the growth, at least its file, and within reason")
    func taken() {
        #expect(MemoryUse.taken(by: 100, before: 1_000, after: 5_000, share: 0.5) == 2_000)
        #expect(MemoryUse.taken(by: 100, before: 1_000, after: 900) == 100)
        #expect(MemoryUse.taken(by: 100, before: 0, after: 1 << 40) == 1_000 + (8 << 20))
    }
}
