import Tensors

/// What the engine gave for one request.
struct EngineOutcome: Sendable {
    /// All outputs, in the interface's order.
    let outputs: [Tensor]
    /// Rows of the run that the request was part of.
    let runRows: Int
    /// Nanoseconds in the queue.
    let waited: Int
    /// Nanoseconds of the run; its `input` and `output` are merging and splitting.
    let times: ComputeTimes
    /// Whether the run was the request's alone: a shared one is counted once, by the scheduler.
    let isOwnRun: Bool
    /// Whether nothing was run: an equal request's answer was kept.
    var isCached = false
}

extension EngineOutcome {
    /// What was kept of an equal request.
    init(cached outputs: [Tensor]) {
        self.init(outputs: outputs, runRows: 0, waited: 0, times: ComputeTimes(), isOwnRun: false, isCached: true)
    }
}
