import Logging
import Observability
import ServiceLifecycle

/// Stops first: says that the service is not ready, and gives balancers time to notice before anything else ends.
struct DrainGate: Service {
    let readiness: Readiness
    let period: Duration
    let logger: Logger

    func run() async throws {
        try await gracefulShutdown()
        logger.log(level: .info, "service is draining", facts: [:])
        readiness.drain()
        try await Task.sleep(for: period)
    }
}
