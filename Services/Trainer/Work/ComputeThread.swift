import Foundation

/// A thread of its own for long computations, which would hold up the cooperative pool.
enum ComputeThread {
    static let stack = 16 << 20

    /// Runs the body on a new thread and gives what it gives. Cancellation is the body's own affair.
    static func run<T: Sendable>(_ name: String, _ body: @Sendable @escaping () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Result { try body() }) }
            thread.name = name
            thread.stackSize = stack
            thread.start()
        }
    }
}
