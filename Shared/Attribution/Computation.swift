import Dispatch

/// Long computations on threads of their own: the pool that tasks share would have fewer for everybody else.
enum Computation {
    static func run<T: Sendable>(_ body: @Sendable @escaping () -> T) async -> T {
        await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { continuation.resume(returning: body()) }
        }
    }
}
