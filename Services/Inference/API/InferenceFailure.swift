import Compression
import Contracts
import OnnxRuntime
import Tensors

/// How a failed inference is told: to the client as an error, to operators as a reason.
struct InferenceFailure {
    let error: any Error
    let reason: String

    init(_ cause: any Error) {
        switch cause {
        case let fault as InferenceFault: error = Problem(fault.isTooLarge ? .tooLarge : .invalidField, fault.description)
        case let fault as EngineError where fault.kind == .input: error = Problem(.invalidField, fault.description)
        case let fault as EngineError where fault.kind == .cancelled:
            error = Problem(.deadlineExceeded, "The run was ended, since nobody waits for it any more.")
            reason = "cancelled"
            return
        default: error = cause
        }
        reason = Self.reason((error as? any ProblemConvertible)?.problem.status)
    }

    private static func reason(_ status: Int?) -> String {
        switch status {
        case 413: "too_large"
        case 429: "overloaded"
        case 504: "timeout"
        case let status? where status < 500: "invalid"
        default: "engine"
        }
    }
}
