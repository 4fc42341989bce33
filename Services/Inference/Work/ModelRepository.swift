import Contracts
import HTTPService

/// Loads and unloads models by wish: the wish is kept, every instance comes to it, and this one does so before it answers.
struct ModelRepository: Sendable {
    let source: any ModelSource
    let desired: DesiredModels
    let loader: ModelLoader
    let cache: ModelCache
    /// Nil where there is one instance only.
    let store: DesireStore?
    /// Looks at what is declared anew, where nobody tells of changes.
    let refresh: @Sendable () -> Void

    /// Wishes that a model be loaded, and waits until this instance has it, as long as the time allows.
    ///
    /// - Returns: the versions that are wanted, with their states.
    func load(_ name: String, policy: VersionPolicy?, by caller: Caller, within patience: Duration) async throws
        -> [(version: ServedModel, state: ModelState)]
    {
        refresh()
        let model = try declared(name)
        if case .specific(let numbers)? = policy, let missing = numbers.first(where: { model.version(String($0)) == nil }) {
            throw Problem(.versionUnknown, "Model \(name) has no version \(missing).")
        }
        let before = desired.desires[name]
        try await wish(name, isLoaded: true, policy: policy, by: caller)
        let versions = ModelDesire.wanted(of: model, desired.desires[name] ?? before)
        // On its own: a caller who waits no longer ends no loading.
        Task { for version in versions { _ = try? await cache.load(version) } }
        try await settle(versions, decisive: policy?.versions(of: model) ?? model.standard.map { [$0] } ?? versions, within: patience)
        loader.follow()
        return versions.map { ($0, cache.state(of: $0)) }
    }

    /// Wishes that a model be unloaded. Requests under way end as they would have.
    func unload(_ name: String, by caller: Caller) async throws -> [(version: ServedModel, state: ModelState)] {
        let model = try declared(name)
        try await wish(name, isLoaded: false, policy: nil, by: caller)
        loader.follow()
        return model.versions.map { ($0, cache.state(of: $0)) }
    }

    /// A model that there is, for who may load it. Throws `capabilityUnknown`.
    func declared(_ name: String) throws(Problem) -> PublishedModel {
        guard let model = source.declared()?[name] else { throw Problem(.capabilityUnknown, "There is no model \(name).") }
        return model
    }

    /// Waits until versions are in memory or were refused, as long as the time allows. Throws `modelRefused` for the first that was refused
    /// of those that were asked for by name, or by naming none; what other aliases stand for is told in the answer.
    private func settle(_ versions: [ServedModel], decisive: [ServedModel], within patience: Duration) async throws {
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            if let refusal = decisive.lazy.compactMap({ cache.refusal(of: $0) }).first { throw refusal.refusedLoad }
            let isOver = versions.allSatisfy {
                cache.isLoaded($0) || cache.refusal(of: $0) != nil || desired.desires[$0.name]?.isLoaded == false
            }
            if isOver { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func wish(_ name: String, isLoaded: Bool, policy: VersionPolicy?, by caller: Caller) async throws {
        if let store {
            try await store.set(name, isLoaded: isLoaded, policy: policy, by: caller.subject)
            desired.replace(with: try await store.all())
        } else {
            desired.set(name, isLoaded: isLoaded, policy: policy)
        }
        loader.follow()
    }
}
