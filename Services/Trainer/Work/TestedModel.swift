import Contracts

/// A model that a suite tests, and how it was made.
struct TestedModel: Sendable {
    let model: Digest
    /// Nil for the model of a run that has registered none.
    let version: Int?
    let recipe: String
    let parameters: [String: JSONValue]
    let seed: Int
    /// What it was trained on.
    let dataset: DatasetReference?

    init(_ version: ModelVersion) {
        model = version.model
        self.version = version.version
        recipe = version.recipe
        parameters = version.parameters
        seed = version.seed
        dataset = version.dataset
    }

    /// Nil while the run has no model.
    init?(_ run: TrainingRun) {
        guard let model = run.model else { return nil }
        self.model = model
        version = run.version
        recipe = run.recipe
        parameters = run.parameters
        seed = run.seed
        dataset = run.dataset
    }
}
