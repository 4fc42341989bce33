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
            // One that keeps failing is not in the way of the others.
            for pending in try await run.store.pending() where !Task.isCancelled { await finish(pending) }
        } catch {
            complain("pending commits could not be read", error)
        }
    }

    private func finish(_ pending: PendingCommit) async {
        do {
            let result = try await run.finish(pending, capability: try await projects.capability(of: pending.project))
            logger.log(
                level: .notice, "a pending commit was finished",
                facts: [.project: "\(pending.project)", .version: "\(result.dataset.version)"])
        } catch {
            complain("a pending commit could not be finished", error)
        }
    }

    private func complain(_ sentence: Logger.Message, _ error: any Error) {
        guard !Task.isCancelled else { return }
        logger.log(level: .warning, sentence, facts: [.error: "\(String(reflecting: error))"])
    }
}
