import Foundation
import Logging
import ServiceLifecycle

/// Deletes segment files that no index needs any more, and lets go of those that this process still has mapped.
struct IndexUpkeep: Service {
    private static let pause: Duration = .seconds(2)

    let store: IndexStore
    let garbage: IndexGarbage
    let segments: IndexSegments
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await garbage.sweep()
                    segments.keep(try await store.segments())
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("old files of indexes were not deleted", metadata: ["error": "\(String(reflecting: error))"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
