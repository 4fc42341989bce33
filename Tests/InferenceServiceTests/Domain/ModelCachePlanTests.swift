import Testing

@testable import InferenceService

@Suite("Which models stay loaded")
struct ModelCachePlanTests {
    @Test("the one that was used longest ago goes first")
    func leastRecentlyUsed() {
        var plan = ModelCachePlan<String>(budget: 100)
        _ = plan.loaded("a", bytes: 40, isCalled: true)
        _ = plan.loaded("b", bytes: 40, isCalled: true)
        let outcome1 = plan.begin("a")
        #expect(outcome1)
        _ = plan.end("a")

        let outcome2 = plan.loaded("c", bytes: 40, isCalled: true)
        #expect(outcome2 == ["b"])
        #expect(plan.models == ["a", "c"])
        #expect(plan.bytes == 80)
    }

    @Test("one at work stays, and goes when its work has ended")
    func inUse() {
        var plan = ModelCachePlan<String>(budget: 50)
        _ = plan.loaded("a", bytes: 40, isCalled: true)
        let outcome3 = plan.begin("a")
        #expect(outcome3)
        let outcome4 = plan.begin("a")
        #expect(outcome4)

        let outcome5 = plan.loaded("b", bytes: 40, isCalled: true)
        #expect(outcome5 == [])
        let outcome6 = plan.end("a")
        #expect(outcome6 == ["b"])
        #expect(plan.models == ["a"])
    }

    @Test("one that is larger than the budget is served all the same, and goes when another comes")
    func tooLarge() {
        var plan = ModelCachePlan<String>(budget: 10)

        let alone = plan.loaded("a", bytes: 40, isCalled: true)
        _ = plan.begin("a")
        let ended = plan.end("a")
        let next = plan.loaded("b", bytes: 5, isCalled: true)

        #expect(alone == [])
        #expect(ended == [])
        #expect(next == ["a"])
    }

    @Test("one that is unloaded takes no new work, and goes with the end of what it has")
    func leaving() {
        var plan = ModelCachePlan<String>(budget: 100)
        _ = plan.loaded("a", bytes: 40, isCalled: true)
        let outcome10 = plan.begin("a")
        #expect(outcome10)

        let outcome11 = plan.unload("a")
        #expect(!outcome11)
        let outcome12 = plan.begin("a")
        #expect(!outcome12)
        #expect(plan.isLeaving("a"))
        let outcome13 = plan.end("a")
        #expect(outcome13 == ["a"])
        #expect(plan.bytes == 0)
        let outcome14 = plan.unload("b")
        #expect(outcome14)
    }

    @Test("one that is asked for again before it has gone stays")
    func kept() {
        var plan = ModelCachePlan<String>(budget: 100)
        _ = plan.loaded("a", bytes: 40, isCalled: true)
        let outcome15 = plan.begin("a")
        #expect(outcome15)
        _ = plan.unload("a")

        plan.keep("a")

        let outcome16 = plan.begin("a")
        #expect(outcome16)
        let outcome17 = plan.end("a")
        #expect(outcome17 == [])
        let outcome18 = plan.end("a")
        #expect(outcome18 == [])
        #expect(plan.models == ["a"])
    }

    @Test("loading before anybody calls drives out what nobody wants, and does not begin where all that is there is wanted or in use")
    func preloading() {
        var plan = ModelCachePlan<String>(budget: 100)
        plan.want(["a", "c"])
        _ = plan.loaded("a", bytes: 40, isCalled: false)
        _ = plan.loaded("b", bytes: 40, isCalled: true)

        #expect(plan.hasRoom(for: 60))
        #expect(!plan.hasRoom(for: 61))
        let outcome19 = plan.loaded("c", bytes: 60, isCalled: false)
        #expect(outcome19 == ["b"])
        #expect(!plan.hasRoom(for: 1))
        // Larger than was thought: it goes itself, and none that is wanted.
        let last = plan.loaded("d", bytes: 10, isCalled: false)
        #expect(last == ["d"])
        #expect(plan.models == ["a", "c"])
    }

    @Test("against a plain list of uses, over random orders")
    func againstReference() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            var plan = ModelCachePlan<Int>(budget: 100)
            var reference: [(model: Int, bytes: Int, users: Int)] = []
            for _ in 0..<60 {
                let model = Int.random(in: 0..<8, using: &random)
                let place = reference.firstIndex { $0.model == model }
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    let bytes = Int.random(in: 10...50, using: &random)
                    _ = plan.loaded(model, bytes: bytes, isCalled: true)
                    let users = place.map { reference.remove(at: $0).users } ?? 0
                    reference.append((model, bytes, users))
                    Self.evict(&reference, keeping: model)
                case 1:
                    let outcome20 = plan.begin(model)
                    #expect(outcome20 == (place != nil))
                    if let place {
                        let entry = reference.remove(at: place)
                        reference.append((model, entry.bytes, entry.users + 1))
                    }
                default:
                    _ = plan.end(model)
                    if let place, reference[place].users > 0 {
                        reference[place].users -= 1
                        Self.evict(&reference, keeping: nil)
                    }
                }
                #expect(plan.models == Set(reference.map(\.model)))
                #expect(plan.bytes == reference.reduce(0) { $0 + $1.bytes })
            }
        }
    }

    /// In order of last use; what is oldest and idle goes.
    private static func evict(_ reference: inout [(model: Int, bytes: Int, users: Int)], keeping model: Int?) {
        while reference.count > 1, reference.reduce(0, { $0 + $1.bytes }) > 100,
            let oldest = reference.firstIndex(where: { $0.users == 0 && $0.model != model })
        {
            reference.remove(at: oldest)
        }
    }
}
