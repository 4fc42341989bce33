import Contracts
import Logging
import ServiceLifecycle

/// Says for the other instances what this one has in memory and has counted: at once when states change, and every few seconds.
struct InstanceReporter: Service {
    let states: ModelStates
    let store: InstanceStore
    let logger: Logger

    /// How often is looked whether states have changed: at most so often is written.
    private static let pause = Duration.milliseconds(500)
    /// Looks between two writings where no state has changed.
    private static let rounds = 10
    /// How long a report counts: a few writings may be late.
    private static let validity = Duration.seconds(20)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var last: InstanceReport?
            var rounds = 0
            repeat {
                rounds += 1
                let report = states.ownReport()
                guard report != last || rounds >= Self.rounds else { continue }
                if await write(report) { (last, rounds) = (report, 0) }
            } while (try? await Task.sleep(for: Self.pause)) != nil
        }
        // Its row would be believed for some seconds more.
        try? await store.leave(states.instance)
    }

    private func write(_ report: InstanceReport) async -> Bool {
        do {
            try await store.report(states.instance, states: report, statistics: states.ownStatistics(), for: Self.validity)
            return true
        } catch {
            logger.warning("what is loaded could not be reported", metadata: ["error": "\(String(reflecting: error))"])
            return false
        }
    }
}
