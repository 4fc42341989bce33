import Contracts
import Foundation

/// A registered model as MLflow's clients see it; a capability is one too.
struct RegisteredModel: Sendable, Hashable {
    /// What a change needs to know of a model.
    struct Key: Sendable, Hashable {
        let id: Int64
        let name: String
        let team: String
        /// Nil for a free model.
        let capability: String?
    }

    let key: Key
    let description: String?
    let createdAt: Date
    let updatedAt: Date
    let tags: [ModelTag]
    let aliases: [AliasTarget]
    /// The newest version of each stage.
    let latest: [RegisteredVersion]
}

/// A key and its value.
struct ModelTag: Sendable, Hashable, Codable {
    /// By which the client tells prompts from models.
    static let prompt = "mlflow.prompt.is_prompt"
    /// By which whoever registers a model says on which version of the capability's dataset it was trained.
    static let dataset = "mlmesh.dataset.version"

    let key: String
    let value: String
}

/// Where an alias points.
struct AliasTarget: Sendable, Hashable, Codable {
    let alias: String
    let version: Int
}
