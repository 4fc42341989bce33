/// Settled labels that became a dataset version.
public struct LabelCommit: Sendable, Hashable, Codable {
    public var dataset: DatasetReference
    public var labels: Int
    /// Rows that came with their labels, as from production.
    public var rows: Int

    public init(dataset: DatasetReference, labels: Int, rows: Int) {
        self.dataset = dataset
        self.labels = labels
        self.rows = rows
    }
}
