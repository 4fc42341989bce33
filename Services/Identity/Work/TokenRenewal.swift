import Foundation
import Logging
import ServiceLifecycle

/// Renews the gateway's tokens before they end. Several instances take turns: each renewal is a transaction under the write lock.
struct TokenRenewal: Service {
    /// Tokens live a day and are renewed at half of it, so a look a minute is plenty.
    static let pause: Duration = .seconds(60)
    static let batch = 500

    let entries: GatewayEntryStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await entries.renewDue(limit: Self.batch) >= Self.batch {}
                    try await Task.sleep(for: Self.pause)
                } catch is CancellationError {
                } catch {
                    logger.error("tokens could not be renewed", metadata: ["error": "\(String(reflecting: error))"])
                    try? await Task.sleep(for: .seconds(5))
                }
            }
        }
    }
}
