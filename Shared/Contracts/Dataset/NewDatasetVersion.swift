/// Asks for a version: rows and labels on top of a base.
public struct NewDatasetVersion: Sendable, Hashable, Codable {
    /// Version to build on; the newest when absent.
    public var base: Int?
    public var message: String
    public var rows: [RowInput]?
    public var labels: [LabelInput]?

    public init(base: Int? = nil, message: String, rows: [RowInput]? = nil, labels: [LabelInput]? = nil) {
        self.base = base
        self.message = message
        self.rows = rows
        self.labels = labels
    }
}
