import Contracts
import Observability

extension Deadline {
    /// Runs work and cancels it when the time is up; then it is a 504, whatever the work made of the cancellation.
    func race<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(until: instant, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw Problem(.deadlineExceeded) }
            return value
        }
    }
}
