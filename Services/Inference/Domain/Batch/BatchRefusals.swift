/// Rows that could not be predicted.
struct BatchRefusals: Sendable {
    /// Reasons that are told one by one.
    static let mostExamples = 5

    private(set) var count = 0
    /// The first ones, by the row's number.
    private(set) var examples: [(row: Int, reason: String)] = []

    mutating func add(_ reason: String, row: Int) {
        count += 1
        if examples.count < Self.mostExamples { examples.append((row, reason)) }
    }

    /// Takes those of later rows in.
    mutating func append(_ later: BatchRefusals) {
        count += later.count
        examples += later.examples.prefix(Self.mostExamples - examples.count)
    }

}
