import Logging
import Postgres
import ServiceLifecycle

/// Keeps this instance's view of the wishes up to date: told of each change, and looking by itself in case it was not.
struct DesireFollower: Service {
    let store: DesireStore
    let desired: DesiredModels
    let logger: Logger

    private static let pause = Duration.seconds(5)

    func run() async throws {
        let wakeUps = store.database.listen(DesireStore.channel)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in wakeUps { await self.look() } }
                group.addTask {
                    while (try? await Task.sleep(for: Self.pause)) != nil { await self.look() }
                }
            }
        }
    }

    /// Reads all wishes.
    func look() async {
        do {
            desired.replace(with: try await store.all())
        } catch {
            logger.warning("wishes to load models could not be read", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
