import Contracts

/// What a run will do: the request, filled up from the manifest and the recipe.
struct RunPlan: Sendable, Hashable {
    let recipe: Recipe
    /// Every parameter of the recipe, so that the run can be repeated when standards change.
    let parameters: [String: JSONValue]
    let seed: Int
    /// The dataset version asked for; nil for the newest.
    let dataset: Int?

    /// Throws `recipeUnknown` or `unprocessable` with every fault.
    ///
    /// The manifest's parameters count only for the manifest's recipe, and only where the request gives none.
    init(_ asked: NewRun, manifest: CapabilityManifest) throws(Problem) {
        guard let name = asked.recipe ?? manifest.training?.recipe else {
            let expected = "a recipe, since the manifest has no training section: one of \(Recipe.names.joined(separator: ", "))"
            throw Problem(.unprocessable, errors: [FieldFault("recipe", expected: expected)])
        }
        guard let recipe = Recipe(rawValue: name) else {
            let fault = FieldFault("recipe", expected: "one of \(Recipe.names.joined(separator: ", "))")
            throw Problem(.recipeUnknown, errors: [fault])
        }
        let inherited = manifest.training.flatMap { $0.recipe == name ? $0.parameters : nil }
        let resolved = recipe.resolve(asked.parameters ?? inherited ?? [:])
        var faults = resolved.faults
        if let dataset = asked.dataset, !(1...Int(Int32.max)).contains(dataset) {
            faults.append(FieldFault("dataset", expected: "the number of a dataset version"))
        }
        faults += RecipeShape.faults(recipe, resolved.values, manifest)
        guard faults.isEmpty else { throw Problem(.unprocessable, errors: faults) }
        self.recipe = recipe
        parameters = resolved.values
        seed = asked.seed ?? manifest.training?.seed ?? 0
        dataset = asked.dataset
    }
}
