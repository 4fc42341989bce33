import Contracts
import Foundation
import Hummingbird
import Logging
import NIOCore
import Observability
import Postgres

/// The one place where an error becomes what a client sees.
enum ErrorTranslation {
    /// The problem to answer. Anything unknown is a 500 without detail, and goes to the log with all that is known of it.
    static func problem(_ error: any Error, logger: Logger) -> Problem {
        switch error {
        case let error as any ProblemConvertible: return error.problem
        case let fault as FieldFault: return Problem(.invalidField, errors: [fault])
        case let error as DecodingError: return StrictJSON.problem(error)
        case is NIOTooManyBytesError: return Problem(.tooLarge)
        case let error as HTTPError: return problem(error)
        case is CancellationError: return Problem(.deadlineExceeded)
        default:
            if let known = known(error) {
                logger.log(level: .warning, "request could not be served", facts: [.error: "\(String(reflecting: error))"])
                return known
            }
            logger.log(level: .error, "request failed unexpectedly", facts: [.error: "\(String(reflecting: error))"])
            return Problem(.internalError)
        }
    }

    /// Hummingbird's own complaints, as of a parameter that is missing.
    private static func problem(_ error: HTTPError) -> Problem {
        switch error.status.code {
        case 404: Problem(.notFound)
        case 413: Problem(.tooLarge)
        case 415: Problem(.unsupportedMediaType)
        case 400..<500: Problem(.malformed, error.body)
        default: Problem(.internalError)
        }
    }

    /// Faults of the database that are nobody's bug.
    private static func known(_ error: any Error) -> Problem? {
        guard let error = error as? DatabaseError else { return nil }
        switch error.kind {
        case .poolTimeout: return Problem(.overloaded, retryAfter: 1)
        case .unavailable, .connectionLost: return Problem(.notReady, "The database is not there", retryAfter: 1)
        case .serialization, .deadlock: return Problem(.conflict, "Others changed the same thing at the same time", retryAfter: 1)
        case .cancelled: return Problem(.deadlineExceeded)
        // Class 22 is "data exception": a value that the database cannot hold came from the client.
        case .other(let state) where state.hasPrefix("22"): return Problem(.unprocessable, "A value of the request cannot be stored")
        default: return nil
        }
    }
}
