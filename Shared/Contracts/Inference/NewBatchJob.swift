/// A wish to predict all rows of a dataset version or file.
public struct NewBatchJob: Sendable, Hashable, Codable {
    public var capability: String
    /// Number or alias; the champion when absent. Pinned to a number when the job is made.
    public var version: String?
    public var input: BatchInput
    /// Format of the predictions; `parquet` when absent.
    public var format: TableFormat?
    /// Names of the outputs to keep; all when absent.
    public var outputs: [String]?

    public init(
        capability: String, version: String? = nil, input: BatchInput, format: TableFormat? = nil, outputs: [String]? = nil
    ) {
        self.capability = capability
        self.version = version
        self.input = input
        self.format = format
        self.outputs = outputs
    }
}
