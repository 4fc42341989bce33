/// Which steps of a long history are shown: evenly spread ones, with the first and the last.
enum StepSample {
    /// At most `limit` of the steps, which are in order.
    static func pick(_ steps: [Int64], limit: Int) -> [Int64] {
        guard steps.count > limit, limit > 0 else { return steps }
        guard limit > 1 else { return [steps[steps.count - 1]] }
        return (0..<limit).map { steps[$0 * (steps.count - 1) / (limit - 1)] }
    }
}
