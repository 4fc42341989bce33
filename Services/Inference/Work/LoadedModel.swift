import OnnxRuntime

/// A model in memory, ready to be run.
final class LoadedModel: Sendable {
    let served: ServedModel
    let session: Session
    /// What the scheduler knows of it.
    let lane: ModelLane
    /// Memory that it takes, about.
    let bytes: Int

    init(served: ServedModel, session: Session, lane: ModelLane, bytes: Int) {
        self.served = served
        self.session = session
        self.lane = lane
        self.bytes = bytes
    }
}
