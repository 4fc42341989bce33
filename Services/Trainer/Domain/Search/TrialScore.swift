import Contracts
import Statistics

/// How a trial did on the rows of the validation split.
struct TrialScore: Sendable, Equatable {
    let value: Double
    let interval: ConfidenceInterval?
    let rows: Int
    /// What the model said of each row, for the comparison of trials with each other.
    let blob: Digest
}
