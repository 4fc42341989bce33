import Foundation

/// What one version did on one instance since its start; sums speak for all instances.
///
/// The meanings are those of Triton's statistics extension: `inferenceCount` counts rows and `executionCount` runs, neither with answers of
/// the response cache; `success` and `queue` count requests, those included.
struct ServingCounts: Sendable, Hashable, Codable {
    var lastInference: Date?
    var inferenceCount = 0
    var executionCount = 0
    var success = CountedTime()
    var fail = CountedTime()
    var queue = CountedTime()
    var computeInput = CountedTime()
    var computeInfer = CountedTime()
    var computeOutput = CountedTime()
    var cacheHit = CountedTime()
    var cacheMiss = CountedTime()
    /// By the rows of the run. Runs of very many different sizes are counted under the next lower power of two.
    var batches: [Int: BatchTimes] = [:]
    /// Rows and time of the batch lane, which none of the others hold.
    var batchLaneRows = 0
    var batchLane = CountedTime()
    var bytesIn = 0
    var bytesOut = 0
    /// Requests that were refused, by the reason.
    var refusals: [String: Int] = [:]

    /// Sizes that are told apart; more could fill the memory.
    static let mostSizes = 512

    /// Counts a run of the engine.
    mutating func ran(rows: Int, _ times: ComputeTimes) {
        executionCount += 1
        inferenceCount += rows
        let size = batches[rows] != nil || batches.count < Self.mostSizes ? rows : 1 << (Int.bitWidth - 1 - rows.leadingZeroBitCount)
        batches[size, default: BatchTimes()].computeInput.note(times.input)
        batches[size, default: BatchTimes()].computeInfer.note(times.infer)
        batches[size, default: BatchTimes()].computeOutput.note(times.output)
    }

    /// Counts an answered request that the engine ran; `total` and `waited` are nanoseconds.
    mutating func answered(total: Int, waited: Int, _ times: ComputeTimes) {
        success.note(total)
        queue.note(waited)
        computeInput.note(times.input)
        computeInfer.note(times.infer)
        computeOutput.note(times.output)
    }

    /// Counts a request that was answered from the response cache.
    mutating func hit(total: Int, lookup: Int) {
        success.note(total)
        queue.note(0)
        cacheHit.note(lookup)
    }

    static func + (one: ServingCounts, other: ServingCounts) -> ServingCounts {
        var sum = one
        sum.lastInference = [one.lastInference, other.lastInference].compactMap { $0 }.max()
        sum.inferenceCount += other.inferenceCount
        sum.executionCount += other.executionCount
        for path in times { sum[keyPath: path] = one[keyPath: path] + other[keyPath: path] }
        sum.batches.merge(other.batches) { $0 + $1 }
        sum.batchLaneRows += other.batchLaneRows
        sum.bytesIn += other.bytesIn
        sum.bytesOut += other.bytesOut
        sum.refusals.merge(other.refusals) { $0 + $1 }
        return sum
    }

    private static var times: [WritableKeyPath<ServingCounts, CountedTime>] {
        [\.success, \.fail, \.queue, \.computeInput, \.computeInfer, \.computeOutput, \.cacheHit, \.cacheMiss, \.batchLane]
    }
}
