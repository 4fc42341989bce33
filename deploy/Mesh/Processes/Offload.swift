import Dispatch

/// Runs something that blocks on a thread that may block, so that Swift's few own threads stay free.
func offload<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: work()) }
    }
}
