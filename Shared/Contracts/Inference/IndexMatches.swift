/// What a search of a similarity index found: for each query, the nearest rows, nearest first.
public struct IndexMatches: Sendable, Hashable, Codable {
    /// One row that was found.
    public struct Match: Sendable, Hashable, Codable {
        /// The row's id in the dataset.
        public var row: String
        /// By the index's metric: higher is nearer, but for `euclidean`, where it is the squared distance.
        public var score: Double
        /// The index's columns of the row.
        public var columns: [String: JSONValue]

        public init(row: String, score: Double, columns: [String: JSONValue]) {
            self.row = row
            self.score = score
            self.columns = columns
        }
    }

    public var index: String
    /// Model version and dataset version that the answer is from.
    public var version: Int
    public var datasetVersion: Int
    public var matches: [[Match]]

    public init(index: String, version: Int, datasetVersion: Int, matches: [[Match]]) {
        self.index = index
        self.version = version
        self.datasetVersion = datasetVersion
        self.matches = matches
    }
}
