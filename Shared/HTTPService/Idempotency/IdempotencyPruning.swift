import Logging
import Observability
import ServiceLifecycle

/// Removes old answers from time to time.
struct IdempotencyPruning: Service {
    let store: IdempotencyStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(3_600), tolerance: .seconds(300))) != nil {
                do {
                    try await store.prune()
                } catch {
                    logger.log(level: .warning, "old idempotency keys were not removed", facts: [.error: "\(String(reflecting: error))"])
                }
            }
        }
    }
}
