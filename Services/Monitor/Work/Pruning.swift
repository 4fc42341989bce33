import Logging
import ServiceLifecycle

/// Forgets old traffic.
struct Pruning: Service {
    let store: RetentionStore
    let days: Int
    let logger: Logger
    var pause: Duration = .seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    // The start is left to those who wait for the service.
                    try await Task.sleep(for: pause)
                    while try await store.prune(days: days) > 0 { try await Task.sleep(for: .milliseconds(50)) }
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("old traffic could not be forgotten", metadata: ["error": "\(String(reflecting: error))"])
                }
            }
        }
    }
}
