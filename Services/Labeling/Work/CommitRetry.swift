import Contracts
import Logging
import Observability
import ServiceLifecycle

/// Finishes commits that a crash or an absent dataset service left pending. Several instances may do it at once: each step is
/// idempotent.
struct CommitRetry: Service {
    let run: CommitRun
    let projects: ProjectDirectory
    let pause: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await finishPending()
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func finishPending() async {
        do {
            for pending in try await run.store.pending() {
                guard !Task.isCancelled else { return }
                let result = try await run.finish(pending, capability: try await projects.capability(of: pending.project))
                logger.log(
                    level: .notice, "a pending commit was finished",
                    facts: [.project: "\(pending.project)", .version: "\(result.dataset.version)"])
            }
        } catch is CancellationError {
        } catch {
            logger.log(level: .warning, "a pending commit could not be finished", facts: [.error: "\(String(reflecting: error))"])
        }
    }
}
