import Contracts
import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// Takes deliveries out of the outbox, and tells their receivers.
struct WebhookWorker: Service {
    /// Between two looks at an empty outbox.
    static let idle: Duration = .milliseconds(250)
    private static let pruning: Duration = .seconds(3_600)

    let outbox: WebhookOutbox
    let webhooks: WebhookStore
    let sender: WebhookSender
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                // A receiver that is slow to answer must not hold up the others.
                for _ in 0..<4 { group.addTask { await work() } }
                group.addTask { await prune() }
            }
        }
    }

    private func work() async {
        while !Task.isCancelled {
            do {
                if try await step() == false { try await Task.sleep(for: Self.idle) }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("webhooks could not be read", metadata: ["error": "\(String(reflecting: error))"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Makes one attempt; false when none is due.
    func step() async throws -> Bool {
        guard let (delivery, webhook, sealed) = try await outbox.claim() else { return false }
        let attempt = await sender.send(delivery, secret: webhooks.secret(sealed, of: webhook))
        let outcome = delivery.outcome(status: attempt.status, fault: attempt.fault, jitter: .random(in: 0..<1))
        if case .given(up: let fault) = outcome {
            logger.warning("a webhook delivery was given up", metadata: ["delivery": "\(delivery.id)", "error": "\(fault)"])
        }
        // A task of its own: what has been sent must be settled even while the service stops.
        try await Task { try await outbox.settle(delivery, outcome) }.value
        return true
    }

    private func prune() async {
        while !Task.isCancelled {
            try? await outbox.prune()
            try? await Task.sleep(for: Self.pruning)
        }
    }
}
