import Testing

@testable import InferenceService

@Suite("Which answers are kept")
struct ResponseCachePlanTests {
    @Test("the one that was used longest ago goes first, and one too large is not kept")
    func order() {
        var plan = ResponseCachePlan<String>(budget: 100)
        #expect(plan.kept("a", bytes: 40) == [])
        #expect(plan.kept("b", bytes: 40) == [])
        plan.used("a")
        #expect(plan.kept("c", bytes: 40) == ["b"])
        #expect(plan.kept("d", bytes: 101) == nil)
        #expect(plan.bytes == 80)
        #expect(plan.kept("e", bytes: 100) == ["a", "c"])
        #expect(plan.count == 1)
    }

    @Test("an answer that is kept again counts once, however often it is used")
    func again() {
        var plan = ResponseCachePlan<Int>(budget: 1_000)
        for _ in 0..<5_000 {
            #expect(plan.kept(1, bytes: 400) == [])
            plan.used(1)
        }
        #expect(plan.bytes == 400)
        #expect(plan.kept(2, bytes: 700) == [1])
        #expect(plan.bytes == 700)
    }
}
