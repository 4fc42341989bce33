import Contracts
import MLflow

/// How far a logged model is.
enum LoggedModelStatus: String, Sendable, CaseIterable {
    case pending = "PENDING"
    case ready = "READY"
    case failed = "FAILED"

    /// The name in requests and answers.
    var wireName: String {
        switch self {
        case .pending: "LOGGED_MODEL_PENDING"
        case .ready: "LOGGED_MODEL_READY"
        case .failed: "LOGGED_MODEL_UPLOAD_FAILED"
        }
    }

    /// Throws `INVALID_PARAMETER_VALUE` for a name that is none.
    init(wireName: String) throws(MLflowError) {
        guard let status = Self.allCases.first(where: { $0.wireName == wireName }) else {
            let names = Self.allCases.map(\.wireName).joined(separator: ", ")
            throw .invalidValue(.string(wireName), parameter: "status", "expected one of \(names)")
        }
        self = status
    }
}
