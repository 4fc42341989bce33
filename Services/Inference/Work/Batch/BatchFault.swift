import BlobStore
import Contracts
import OnnxRuntime
import Postgres
import Tables

/// What a failed attempt at a task means: a sentence for the owner, and whether another attempt may end better.
struct BatchFault: Sendable {
    let sentence: String
    let isPassing: Bool
    /// For the log.
    let detail: String

    init(_ error: any Error) {
        detail = String(reflecting: error)
        switch (error as? TableError)?.readable ?? error {
        case let error as BatchFailure: (sentence, isPassing) = (error.description, false)
        case let error as TableError where error.kind == .content:
            (sentence, isPassing) = ("The input cannot be read: \(error.description).", false)
        case let error as TableError where error.kind == .memory:
            (sentence, isPassing) = ("The rows are too large to be read within the memory that batch jobs have.", false)
        case let error as TableError where error.kind == .type: (sentence, isPassing) = ("A column has a type that cannot be read.", false)
        case let error as EngineError where error.kind == .model || error.kind == .input:
            (sentence, isPassing) = ("The engine refuses the model or its inputs: \(error).", false)
        case BlobError.missing(let digest): (sentence, isPassing) = ("File \(digest) is not there any more.", false)
        case BlobError.corrupt(let digest): (sentence, isPassing) = ("File \(digest) is damaged.", false)
        case let error as Problem: (sentence, isPassing) = (error.detail ?? error.title, error.status >= 429)
        case is DatabaseError: (sentence, isPassing) = ("The database did not answer.", true)
        default: (sentence, isPassing) = ("Something went wrong inside.", true)
        }
    }
}
