import Testing

@testable import Scheduling

@Suite("How long a model's runs take")
struct EngineCostTests {
    @Test("nothing is said before anything ran, and then by size")
    func sizes() {
        let cost = EngineCost()
        #expect(cost.estimate(elements: 64) == nil)
        cost.note(elements: 64, nanoseconds: 2_000)
        #expect(cost.estimate(elements: 64) == 2_000)
        #expect(cost.estimate(elements: 640) == 16_000)
        #expect(cost.estimate(elements: 1) == 2_000)
        cost.note(elements: 640, nanoseconds: 4_000)
        #expect(cost.estimate(elements: 256) == 4_000)
        #expect(cost.estimate(elements: 640) == 4_000)
    }

    @Test("one long run among short ones counts little, a lasting change is learned")
    func outlier() {
        let cost = EngineCost()
        for _ in 0..<20 { cost.note(elements: 64, nanoseconds: 2_000) }
        cost.note(elements: 64, nanoseconds: 10_000_000)
        #expect((cost.estimate(elements: 64) ?? 0) < 3_000)
        for _ in 0..<60 { cost.note(elements: 64, nanoseconds: 500_000) }
        #expect((cost.estimate(elements: 64) ?? 0) > 400_000)
    }

    @Test("as many rows as a time allows, one at least, never more than there are")
    func rows() {
        let cost = EngineCost()
        #expect(cost.rows(within: 5_000, elementsPerRow: 64, atMost: 100) == 1)
        cost.note(elements: 64, nanoseconds: 1_000)
        #expect(cost.rows(within: 5_000, elementsPerRow: 64, atMost: 100) == 4)
        #expect(cost.rows(within: 1_000_000, elementsPerRow: 64, atMost: 100) == 100)
        cost.note(elements: 64, nanoseconds: 1_000)
        #expect(cost.rows(within: 10, elementsPerRow: 64, atMost: 100) == 1)
    }
}
