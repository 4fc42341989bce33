/// Registers a trained model.
public struct NewModelVersion: Sendable, Hashable, Codable {
    /// Blob of the ONNX file.
    public var model: Digest
    public var bytes: Int
    public var run: String
    public var dataset: DatasetReference
    public var manifestRevision: Int
    public var recipe: String
    public var parameters: [String: JSONValue]
    public var seed: Int
    public var metrics: [String: Double]

    public init(
        model: Digest, bytes: Int, run: String, dataset: DatasetReference, manifestRevision: Int, recipe: String,
        parameters: [String: JSONValue], seed: Int, metrics: [String: Double]
    ) {
        self.model = model
        self.bytes = bytes
        self.run = run
        self.dataset = dataset
        self.manifestRevision = manifestRevision
        self.recipe = recipe
        self.parameters = parameters
        self.seed = seed
        self.metrics = metrics
    }
}
