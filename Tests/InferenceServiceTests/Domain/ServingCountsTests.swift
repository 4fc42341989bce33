import Foundation
import Testing

@testable import InferenceService

@Suite("Counts of a version")
struct ServingCountsTests {
    private static let times = ComputeTimes(input: 1, infer: 20, output: 3)

    @Test("rows are inferences, runs are executions, whatever was merged")
    func runs() {
        var counts = ServingCounts()
        counts.ran(rows: 64, Self.times)
        for _ in 0..<64 { counts.answered(total: 100, waited: 10, Self.times) }

        #expect(counts.inferenceCount == 64)
        #expect(counts.executionCount == 1)
        #expect(counts.success == CountedTime(count: 64, nanoseconds: 6_400))
        #expect(counts.queue == CountedTime(count: 64, nanoseconds: 640))
        #expect(counts.computeInfer == CountedTime(count: 64, nanoseconds: 1_280))
        #expect(counts.batches[64]?.computeInfer == CountedTime(count: 1, nanoseconds: 20))
        #expect(counts.batches.count == 1)
    }

    @Test("a kept answer is a success that queued and never ran")
    func kept() {
        var counts = ServingCounts()
        counts.hit(total: 50, lookup: 5)

        #expect(counts.success.count == 1)
        #expect(counts.queue.count == 1)
        #expect(counts.cacheHit == CountedTime(count: 1, nanoseconds: 5))
        #expect(counts.inferenceCount == 0)
        #expect(counts.executionCount == 0)
        #expect(counts.computeInfer.count == 0)
    }

    @Test("sums speak for all instances")
    func sums() {
        var one = ServingCounts()
        one.ran(rows: 2, Self.times)
        one.lastInference = Date(timeIntervalSince1970: 10)
        one.refusals = ["invalid": 2]
        var other = ServingCounts()
        other.ran(rows: 2, Self.times)
        other.ran(rows: 3, Self.times)
        other.lastInference = Date(timeIntervalSince1970: 20)
        other.refusals = ["invalid": 1, "timeout": 1]
        other.fail.note(7)
        let sum = one + other

        #expect(sum.inferenceCount == 7)
        #expect(sum.executionCount == 3)
        #expect(sum.batches[2]?.computeOutput == CountedTime(count: 2, nanoseconds: 6))
        #expect(sum.lastInference == Date(timeIntervalSince1970: 20))
        #expect(sum.refusals == ["invalid": 3, "timeout": 1])
        #expect(sum.fail == CountedTime(count: 1, nanoseconds: 7))
        #expect(one + ServingCounts() == one)
    }

    @Test("very many sizes of runs do not fill the memory")
    func sizes() {
        var counts = ServingCounts()
        for rows in 1...10_000 { counts.ran(rows: rows, Self.times) }

        #expect(counts.batches.count <= ServingCounts.mostSizes + 20)
        #expect(counts.batches.values.reduce(0) { $0 + $1.computeInfer.count } == 10_000)
    }
}
