import Contracts

/// How far a run is, in the words of MLflow's API.
enum RunStatus: String, Sendable, CaseIterable {
    case running = "RUNNING"
    case scheduled = "SCHEDULED"
    case finished = "FINISHED"
    case failed = "FAILED"
    case killed = "KILLED"

    /// The status of a run of the queue.
    init(_ state: TrainingRun.State) {
        self =
            switch state {
            case .queued: .scheduled
            case .running: .running
            case .succeeded: .finished
            case .failed: .failed
            case .cancelled: .killed
            }
    }

    /// The state that a run which a client made has among the trainer's runs.
    var state: TrainingRun.State {
        switch self {
        case .running: .running
        case .scheduled: .queued
        case .finished: .succeeded
        case .failed: .failed
        case .killed: .cancelled
        }
    }
}
