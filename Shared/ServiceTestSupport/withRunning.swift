import HTTPService
import TestSupport

/// Runs a service on a port of its own, hands a probe to the body, and stops the service gracefully.
public func withRunning<Value: Sendable>(
    _ service: MeshService, _ body: @Sendable @escaping (HTTPProbe) async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask {
            try await service.run()
            return nil
        }
        let value: Result<Value, any Error>
        do {
            value = .success(try await body(HTTPProbe(port: try await service.port())))
        } catch {
            value = .failure(error)
        }
        await service.stop()
        try await group.waitForAll()
        return try value.get()
    }
}
