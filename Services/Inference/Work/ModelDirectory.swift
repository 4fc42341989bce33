import Contracts
import HTTPService
import Synchronization

/// The models that requests may mean, by name.
///
/// Requests read it: a look costs a lock, a count and a look-up. ``ModelLoader`` writes it, so that an alias moves when what it moves to
/// is in memory.
final class ModelDirectory: Sendable {
    /// Nil before it has been written once.
    private let snapshot = Mutex<[String: PublishedModel]?>(nil)
    private let signal = ChangeSignal()

    /// Whether it has been written once.
    var isLoaded: Bool { snapshot.withLock { $0 != nil } }

    /// All models by name.
    var models: [String: PublishedModel] { snapshot.withLock { $0 ?? [:] } }

    /// A model, whoever asks; nil when there is none of the name.
    func published(_ name: String) -> PublishedModel? { snapshot.withLock { $0?[name] } }

    /// The version that a request means: by number, by alias, the champion when it names none.
    /// Throws `capabilityUnknown`, `forbidden` or `versionUnknown`.
    func resolve(_ model: String, version: String?, for caller: Caller) throws(Problem) -> ServedModel {
        try self.model(model, for: caller).resolve(version)
    }

    /// A model that a caller may call. Throws `capabilityUnknown` or `forbidden`.
    func model(_ name: String, for caller: Caller) throws(Problem) -> PublishedModel {
        guard let model = published(name) else { throw Problem(.capabilityUnknown, "There is no model \(name).") }
        guard caller.kind == .service || model.admits(team: caller.team) else {
            throw Problem(
                .forbidden,
                "Team \(caller.team) may not call \(name): ask team \(model.team) to list it under access.callers of the manifest.")
        }
        return model
    }

    /// The models that a caller may call, by name.
    func models(for caller: Caller) -> [PublishedModel] {
        models.values.filter { caller.kind == .service || $0.admits(team: caller.team) }.sorted { $0.name < $1.name }
    }

    /// Puts new models in the place of the old ones, and tells the listeners.
    func publish(_ models: [String: PublishedModel]) {
        snapshot.withLock { $0 = models }
        signal.announce()
    }

    /// One element each time the models have changed, and one at first.
    func changes() -> AsyncStream<Void> { signal.changes() }
}
