import Catalogue
import Contracts
import Logging
import ServiceLifecycle

/// Keeps loaded what the catalogue's aliases point to. Desired state: every instance comes to the same by itself.
struct ModelLoader: Service {
    let catalogue: Catalogue
    let cache: ModelCache
    let logger: Logger

    func run() async throws {
        let changes = catalogue.changes()
        await cancelWhenGracefulShutdown {
            for await _ in changes { await self.loadWanted() }
        }
    }

    private func loadWanted() async {
        for capability in catalogue.capabilities.values {
            for alias in capability.aliases.values {
                guard let version = capability.versions[alias.version], !cache.isLoaded(version.model) else { continue }
                do {
                    try await cache.load(version, interface: capability.manifest.interface)
                } catch {
                    logger.error(
                        "a model could not be loaded",
                        metadata: ["model": "\(capability.name)", "version": "\(version.version)", "error": "\(String(reflecting: error))"])
                }
            }
        }
    }
}
