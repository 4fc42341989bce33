import Contracts
import Foundation

/// A decision that was written down and is not carried out yet.
struct Decision: Sendable, Hashable {
    let experiment: Experiment
    let reason: String?
    /// Who decided, as `person:7`.
    let decidedBy: String

    /// What the registry keeps as the reason of the move.
    var note: String {
        "experiment \(experiment.name) (\(experiment.id)) promoted by \(decidedBy)" + (reason.map { ": " + $0 } ?? "")
    }
}
