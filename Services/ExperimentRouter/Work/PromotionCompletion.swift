import Contracts
import Foundation
import Logging
import ServiceLifecycle

/// Finishes promotions whose first attempt got no answer or whose process ended, with the service's own token.
struct PromotionCompletion: Service {
    /// The first attempt has this long before another is made beside it, which would do no harm.
    static let grace: TimeInterval = 1
    static let pause: Duration = .milliseconds(500)

    let promotion: Promotion
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.finishPending()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func finishPending() async {
        do {
            for decision in try await promotion.decisions.pending(before: .now - Self.grace) { await finish(decision) }
        } catch {
            logger.warning("pending decisions could not be read", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    private func finish(_ decision: Decision) async {
        do {
            _ = try await promotion.carryOut(decision, authorization: nil)
            logger.info("a promotion was finished", metadata: ["experiment": "\(decision.experiment.id)"])
        } catch {
            logger.error(
                "a promotion could not be finished",
                metadata: ["experiment": "\(decision.experiment.id)", "error": "\(String(reflecting: error))"])
        }
    }
}
