import Contracts

/// What somebody asked for by loading or unloading a model. The last wish counts, and every instance comes to it.
struct ModelDesire: Sendable, Hashable {
    /// Rises with every wish.
    var generation: Int
    var isLoaded: Bool
    /// Versions that are wanted beside those that aliases stand for.
    var policy: VersionPolicy?

    /// The versions of a model that are to be in memory: what its aliases stand for and what was asked for. Asked for without saying what,
    /// a model that has no alias is there by its newest version.
    static func wanted(of model: PublishedModel, _ desire: ModelDesire?) -> [ServedModel] {
        guard let desire else { return model.aliased }
        guard desire.isLoaded else { return [] }
        let asked = desire.policy?.versions(of: model) ?? (model.aliases.isEmpty ? Array(model.versions.suffix(1)) : [])
        let numbers = Set((asked + model.aliased).map(\.number))
        return model.versions.filter { numbers.contains($0.number) }
    }
}
