/// Times of the runs of one number of rows.
struct BatchTimes: Sendable, Hashable, Codable {
    var computeInput = CountedTime()
    var computeInfer = CountedTime()
    var computeOutput = CountedTime()

    static func + (one: BatchTimes, other: BatchTimes) -> BatchTimes {
        BatchTimes(
            computeInput: one.computeInput + other.computeInput, computeInfer: one.computeInfer + other.computeInfer,
            computeOutput: one.computeOutput + other.computeOutput)
    }
}
