import Contracts
import Tables

/// Does work with the table engine; what its limits stop becomes a problem that a caller can act on.
func withTableLimits<T>(_ work: () async throws -> T) async throws -> T {
    do {
        return try await work()
    } catch let error as TableError {
        switch error.kind {
        case .memory: throw Problem(.unprocessable, "The version is too large to be read at once.")
        case .timeLimit: throw Problem(.notReady, "Reading the version took too long.", retryAfter: 5)
        case .cancelled: throw Problem(.deadlineExceeded)
        default: throw error
        }
    }
}
