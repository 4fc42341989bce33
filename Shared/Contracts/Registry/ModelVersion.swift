import Foundation

/// A registered model. Its number is never reused.
public struct ModelVersion: Sendable, Hashable, Codable {
    public var capability: String
    public var version: Int
    public var model: Digest
    public var bytes: Int
    public var run: String
    public var dataset: DatasetReference
    public var manifestRevision: Int
    public var recipe: String
    public var parameters: [String: JSONValue]
    public var seed: Int
    public var metrics: [String: Double]
    public var aliases: [String]
    public var createdAt: Date

    public init(
        capability: String, version: Int, model: Digest, bytes: Int, run: String, dataset: DatasetReference, manifestRevision: Int,
        recipe: String, parameters: [String: JSONValue], seed: Int, metrics: [String: Double], aliases: [String], createdAt: Date
    ) {
        self.capability = capability
        self.version = version
        self.model = model
        self.bytes = bytes
        self.run = run
        self.dataset = dataset
        self.manifestRevision = manifestRevision
        self.recipe = recipe
        self.parameters = parameters
        self.seed = seed
        self.metrics = metrics
        self.aliases = aliases
        self.createdAt = createdAt
    }
}
