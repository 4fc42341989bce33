import Contracts
import HTTPService
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Keeps what operators set, and lets the log and the traces of this instance follow it.
final class SettingsFollower: Service {
    private static let pause = Duration.seconds(5)

    let log: ProcessLog
    let tracer: RequestTracer
    /// Nil where there is one instance only.
    private let store: OperatorSettingsStore?
    private let present = Mutex(OperatorSettings())
    private let logger: Logger

    init(log: ProcessLog, tracer: RequestTracer, store: OperatorSettingsStore?, logger: Logger) {
        self.log = log
        self.tracer = tracer
        self.store = store
        self.logger = logger
    }

    /// Changes settings of all instances; throws a fault that names the setting, and changes nothing then.
    func change(_ place: SettingsPlace, by wishes: [String: JSONValue], caller: Caller) async throws {
        if let store {
            take(try await store.change(place, by: wishes, caller: caller.subject))
        } else {
            take(
                try present.withLock { present throws(FieldFault) in
                    try present.change(place, by: wishes)
                    return present
                })
        }
    }

    /// Follows changes that other instances made: told of each, and looking by itself in case it was not.
    func run() async throws {
        guard let store else { return try await gracefulShutdown() }
        let wakeUps = store.database.listen(OperatorSettingsStore.channel)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in wakeUps { await self.look(store) } }
                group.addTask { while (try? await Task.sleep(for: Self.pause)) != nil { await self.look(store) } }
            }
        }
    }

    private func look(_ store: OperatorSettingsStore) async {
        do {
            take(try await store.all())
        } catch {
            logger.warning("settings could not be read", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// Follows settings, unless a look at them was overtaken by a later one.
    func take(_ settings: OperatorSettings) {
        present.withLock { present in
            guard settings.changes >= present.changes else { return }
            present = settings
            log.follow(settings)
            tracer.follow(settings)
        }
    }
}
