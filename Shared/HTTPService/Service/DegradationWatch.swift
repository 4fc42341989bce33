import ServiceLifecycle

/// Looks every second at what a service has begun with and can work without, so that `/readyz` and the metrics say what is away.
struct DegradationWatch: Service {
    let readiness: Readiness

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(1), tolerance: .milliseconds(100))) != nil { await readiness.lookAgain() }
        }
    }
}
