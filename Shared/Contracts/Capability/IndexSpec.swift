/// A similarity index that a capability declares over a dataset: each row's embedding is an output of the capability's model.
public struct IndexSpec: Sendable, Hashable, Codable {
    /// How near two embeddings are.
    public enum Metric: String, Sendable, Codable, CaseIterable {
        /// Inner product of the vectors as they are.
        case innerProduct
        /// Inner product of the vectors made one long.
        case cosine
        /// Squared Euclidean distance, smallest first.
        case euclidean
    }

    /// How vectors are kept.
    public enum Storage: String, Sendable, Codable, CaseIterable {
        case float32
        /// One byte a number with a scale for each row, a quarter of the bytes, is what a search reads of every row; the best are scored
        /// again by floats, which are kept beside it.
        case int8
    }

    /// Unique in the mesh.
    public var name: String
    /// Name of the output that is the embedding: FP32 of shape [-1, n].
    public var output: String
    /// The dataset whose rows are found.
    public var dataset: String
    /// Context columns that come with a match and may be filtered by; all when absent.
    public var columns: [String]?
    /// `cosine` when absent.
    public var metric: Metric?
    /// `float32` when absent.
    public var storage: Storage?
    /// The alias whose version embeds the rows; the index is built anew when it moves. `champion` when absent.
    public var alias: String?

    public init(
        name: String, output: String, dataset: String, columns: [String]? = nil, metric: Metric? = nil, storage: Storage? = nil,
        alias: String? = nil
    ) {
        self.name = name
        self.output = output
        self.dataset = dataset
        self.columns = columns
        self.metric = metric
        self.storage = storage
        self.alias = alias
    }
}
