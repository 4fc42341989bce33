/// Where the rows of a batch job come from: a version of a dataset, or an uploaded file.
public struct BatchInput: Sendable, Hashable, Codable {
    /// A dataset's name; absent for a file.
    public var dataset: String?
    /// Number of the dataset's version; the newest when absent, and pinned when the job is made.
    public var version: Int?
    /// `train`, `validation` or `test`; all rows when absent.
    public var split: String?
    /// An uploaded file; absent for a dataset.
    public var file: Digest?

    public init(dataset: String? = nil, version: Int? = nil, split: String? = nil, file: Digest? = nil) {
        self.dataset = dataset
        self.version = version
        self.split = split
        self.file = file
    }
}
