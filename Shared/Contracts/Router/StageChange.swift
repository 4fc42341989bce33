/// Moves an experiment to a stage of the rollout.
public struct StageChange: Sendable, Hashable, Codable {
    /// shadow, or a share as in 0.25.
    public var stage: String

    public init(stage: String) {
        self.stage = stage
    }
}
