import Contracts
import Foundation
import Hummingbird
import Logging
import NIOCore
import Observability

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
        nil
    }
}
