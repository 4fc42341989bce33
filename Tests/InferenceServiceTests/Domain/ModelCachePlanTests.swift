import Contracts
import Testing

@testable import InferenceService

@Suite("Which models stay loaded")
struct ModelCachePlanTests {
    static func model(_ number: Int) -> Digest { Digest(of: [UInt8(number)]) }

    @Test("the one that was used longest ago goes first")
    func leastRecentlyUsed() {
        var plan = ModelCachePlan(budget: 100)
        _ = plan.loaded(Self.model(1), bytes: 40)
        _ = plan.loaded(Self.model(2), bytes: 40)
        plan.begin(Self.model(1))
        _ = plan.end(Self.model(1))

        #expect(plan.loaded(Self.model(3), bytes: 40) == [Self.model(2)])
        #expect(plan.models == [Self.model(1), Self.model(3)])
    }

    @Test("one at work stays, and goes when its work has ended")
    func inUse() {
        var plan = ModelCachePlan(budget: 50)
        _ = plan.loaded(Self.model(1), bytes: 40)
        plan.begin(Self.model(1))
        plan.begin(Self.model(1))

        #expect(plan.loaded(Self.model(2), bytes: 40) == [])
        #expect(plan.end(Self.model(1)) == [Self.model(2)])
        #expect(plan.models == [Self.model(1)])
    }

    @Test("one that is larger than the budget is served all the same")
    func tooLarge() {
        var plan = ModelCachePlan(budget: 10)

        #expect(plan.loaded(Self.model(1), bytes: 40) == [])
        plan.begin(Self.model(1))
        #expect(plan.end(Self.model(1)) == [Self.model(1)])
    }
}
