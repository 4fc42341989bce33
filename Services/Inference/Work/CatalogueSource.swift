import Catalogue
import Contracts
import Synchronization

/// The models of the mesh's catalogue.
final class CatalogueSource: ModelSource {
    private struct Made {
        var capability: CatalogueCapability
        var model: PublishedModel
    }

    private let catalogue: Catalogue
    /// Requests of one model that may wait where its manifest says nothing.
    private let queue: Int
    private let made = Mutex<[String: Made]>([:])

    init(catalogue: Catalogue, queue: Int = ModelSettings.standardQueue) {
        self.catalogue = catalogue
        self.queue = queue
    }

    func declared() -> [String: PublishedModel]? {
        guard catalogue.isLoaded else { return nil }
        let present = catalogue.capabilities
        return made.withLock { made in
            made = present.mapValues { capability in
                if let old = made[capability.name], old.capability == capability { return old }
                return Made(capability: capability, model: PublishedModel(capability, queue: queue))
            }
            return made.mapValues(\.model)
        }
    }

    var isCurrent: Bool { catalogue.isCurrent }

    var ranksByNumber: Bool { false }

    func changes() -> AsyncStream<Void> { catalogue.changes() }
}

extension PublishedModel {
    /// A capability as its present revision has it.
    convenience init(_ capability: CatalogueCapability, queue: Int) {
        let manifest = capability.manifest
        let settings = ModelSettings(manifest.serving, queue: queue)
        self.init(
            name: capability.name, team: capability.team, callers: Set(manifest.access?.callers ?? []), interface: manifest.interface,
            manifest: manifest,
            versions: capability.versions.values.map { version in
                ServedModel(
                    name: capability.name, number: version.version, team: capability.team, interface: manifest.interface,
                    origin: .blob(version.model), fileBytes: version.bytes, settings: settings)
            },
            aliases: capability.aliases.mapValues(\.version))
    }
}
