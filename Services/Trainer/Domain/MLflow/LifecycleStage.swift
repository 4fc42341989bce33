/// Whether an experiment, a run or a logged model is there or put away.
enum LifecycleStage: String, Sendable, CaseIterable {
    case active
    case deleted
}
