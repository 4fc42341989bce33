import Tensors

/// One request's work for the engine's threads.
struct EngineJob: Sendable {
    enum Work: Sendable {
        /// Run the model on these inputs, alone or together with others, and hand on what it gave.
        case run([Tensor], finish: @Sendable (Result<EngineOutcome, any Error>) -> Void)
        /// Do this; told how many nanoseconds it waited, or why it is not done.
        case whole(@Sendable (Result<Int, any Error>) -> Void)
    }

    let model: LoadedModel
    let rows: Int
    /// Input elements, by which the cost is estimated.
    let elements: Int
    let work: Work
    /// Ends its run, when that takes long; nil where nobody does.
    var stop: RunStop?

    /// Ends the job without a run.
    func fail(_ error: any Error) {
        switch work {
        case .run(_, let finish): finish(.failure(error))
        case .whole(let body): body(.failure(error))
        }
    }
}
