import Contracts
import Logging
import ServiceLifecycle

/// Notes which version serves for each alias, so that an instance that starts knows the last good one.
struct GoodVersionKeeper: Service {
    private struct Place: Hashable {
        let model: String
        let alias: String
    }

    /// What this instance has written.
    private struct Written {
        var kept: [Place: ModelKey] = [:]
        var forgotten: Set<Place> = []
    }

    let directory: ModelDirectory
    let desired: DesiredModels
    let cache: ModelCache
    let store: GoodVersionStore
    let logger: Logger

    /// How often is looked whether aliases have moved: at most so often is written.
    private static let pause = Duration.milliseconds(500)

    func run() async throws {
        var written = await cancelWhenGracefulShutdown {
            var written = Written()
            repeat { await note(&written) } while (try? await Task.sleep(for: Self.pause)) != nil
            return written
        }
        await note(&written)
    }

    private func note(_ written: inout Written) async {
        do {
            let desires = desired.desires
            for model in directory.models.values {
                let isUnloaded = desires[model.name]?.isLoaded == false
                for alias in model.aliases.keys { try await note(model, alias, isUnloaded: isUnloaded, &written) }
            }
        } catch {
            logger.warning("what serves could not be noted", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    private func note(_ model: PublishedModel, _ alias: String, isUnloaded: Bool, _ written: inout Written) async throws {
        guard let served = model.version(alias) else { return }
        let place = Place(model: model.name, alias: alias)
        if isUnloaded {
            // Whoever loads it again begins with what is declared then.
            guard !written.forgotten.contains(place) else { return }
            try await store.forget(model.name, alias: alias)
            written.forgotten.insert(place)
            written.kept[place] = nil
        } else if written.kept[place] != served.key, cache.isLoaded(served) {
            try await store.keep(GoodVersion(served, alias: alias))
            written.forgotten.remove(place)
            written.kept[place] = served.key
        }
    }
}
