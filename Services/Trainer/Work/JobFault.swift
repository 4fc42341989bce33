import BlobStore
import Contracts
import Evaluation
import LinearAlgebra
import MeshClient
import OnnxRuntime
import Postgres
import Recipes
import Statistics
import Tables
import TreeBoosting

/// What a failed attempt means: a sentence for the owner, and whether another attempt may end better.
struct JobFault: Sendable {
    let sentence: String
    let isPassing: Bool
    /// For the log.
    let detail: String

    init(_ error: any Error) {
        detail = String(reflecting: error)
        switch error {
        case let error as JobFailure: (sentence, isPassing) = (error.description, false)
        case let error as TrainingError: (sentence, isPassing) = ("The model cannot be fitted: \(error).", false)
        case let error as BoostingError: (sentence, isPassing) = ("The model cannot be fitted: \(error).", false)
        case let error as RecipeError: (sentence, isPassing) = ("The model cannot be fitted: \(error).", false)
        case let error as EvaluationError: (sentence, isPassing) = ("The rows cannot be used: \(error).", false)
        case let error as MetricError: (sentence, isPassing) = ("The model cannot be measured: \(error).", false)
        case let error as EngineError where error.kind == .model || error.kind == .input:
            (sentence, isPassing) = ("The engine refuses the model: \(error).", false)
        case let error as TableError where error.kind == .content || error.kind == .file || error.kind == .type:
            (sentence, isPassing) = ("The dataset version cannot be read: its files are not as they should be.", false)
        case let error as TableError where error.kind == .memory:
            (sentence, isPassing) = ("The dataset version is too large to be read at once.", false)
        case let error as TableError where error.kind == .timeLimit:
            (sentence, isPassing) = ("The dataset version could not be read in time.", true)
        case BlobError.missing(let digest): (sentence, isPassing) = ("Blob \(digest) is not in the store.", false)
        case BlobError.corrupt(let digest): (sentence, isPassing) = ("Blob \(digest) is damaged.", false)
        case let error as ClientError: (sentence, isPassing) = ("A step failed: \(error).", Self.isPassing(error))
        case is DatabaseError: (sentence, isPassing) = ("The database did not answer.", true)
        default: (sentence, isPassing) = ("Something went wrong inside.", true)
        }
    }

    /// A refusal stays one; what is overloaded, away or has no token for us yet may come back.
    private static func isPassing(_ error: ClientError) -> Bool {
        guard let status = error.status else { return error.kind != .unexpectedAnswer && error.kind != .tooLarge }
        return status >= 500 || [401, 403, 408, 425, 429].contains(status)
    }
}
