import Contracts

/// What is to be fitted: a recipe with its parameters and seed, for a capability.
struct RecipeOrder: Sendable {
    let recipe: Recipe
    let parameters: [String: JSONValue]
    let seed: Int
    let manifest: CapabilityManifest
    /// The frozen model of a transfer.
    var backbone: [UInt8]?
    /// Embeddings that are known already.
    var embeddings = Embeddings()

    init(_ recipe: Recipe, _ parameters: [String: JSONValue], seed: Int, manifest: CapabilityManifest) {
        self.recipe = recipe
        self.parameters = parameters
        self.seed = seed
        self.manifest = manifest
    }

    /// What a run asks for. Throws ``JobFailure`` where its recipe is none of the service's own.
    init(_ run: TrainingRun, _ manifest: CapabilityManifest) throws(JobFailure) {
        try self.init(run.recipe, run.parameters, seed: run.seed, manifest: manifest)
    }

    /// Throws ``JobFailure`` for a name that is no recipe of the service's own.
    init(_ name: String, _ parameters: [String: JSONValue], seed: Int, manifest: CapabilityManifest) throws(JobFailure) {
        guard let recipe = Recipe(rawValue: name) else {
            throw JobFailure("The recipe \(name) is none that the service brings along.")
        }
        // A run of an older version lacks the parameters that were added since.
        self.init(recipe, recipe.resolve(parameters).values, seed: seed, manifest: manifest)
    }
}
