import Testing

@testable import TrainerService

@Suite("Sampled steps")
struct StepSampleTests {
    @Test("a sample is in order, has no step twice, and holds the first and the last", arguments: [2, 3, 7, 99, 100, 101])
    func ends(limit: Int) {
        let steps = Array(Int64(-50)..<50)

        let picked = StepSample.pick(steps, limit: limit)

        #expect(picked.count == min(limit, 100))
        #expect(picked == picked.sorted() && Set(picked).count == picked.count)
        #expect(picked.first == -50 && picked.last == 49)
    }

    @Test("little is kept whole, and one step is the last")
    func few() {
        #expect(StepSample.pick([], limit: 3) == [])
        #expect(StepSample.pick([1, 2], limit: 3) == [1, 2])
        #expect(StepSample.pick([1, 2], limit: 1) == [2])
    }
}
