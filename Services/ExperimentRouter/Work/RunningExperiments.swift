import Contracts
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// The experiments that run, by capability: a snapshot in memory that follows the table, so that the data path needs no database.
final class RunningExperiments: Service {
    private let store: ExperimentStore
    private let logger: Logger
    private let state = Mutex<[String: Experiment]?>(nil)

    init(store: ExperimentStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Whether the snapshot has been read once; the service is not ready before.
    var isLoaded: Bool { state.withLock { $0 != nil } }

    /// The experiment of a capability, or nil.
    func running(_ capability: String) -> Experiment? { state.withLock { $0?[capability] } }

    func run() async throws {
        let wakeUps = store.changes()
        await cancelWhenGracefulShutdown {
            for await _ in wakeUps { await self.reload() }
        }
    }

    /// Reads until it succeeds: a wake-up comes once, and the table may not be there yet.
    private func reload() async {
        while !Task.isCancelled {
            do {
                let experiments = try await store.running()
                state.withLock { $0 = Dictionary(experiments.map { ($0.capability, $0) }) { first, _ in first } }
                return
            } catch {
                logger.warning("the running experiments could not be read", metadata: ["error": "\(String(reflecting: error))"])
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
