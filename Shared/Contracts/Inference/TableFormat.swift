/// How a file holds rows.
public enum TableFormat: String, Sendable, Codable, CaseIterable, Hashable {
    /// One JSON object a line: a member for each input and context field, tensors nested or flat.
    case jsonl
    /// A header line, then one row a line; a tensor of n elements is one column with a JSON array, or n columns `name.0` to `name.n-1`.
    case csv
    /// Apache Parquet; a tensor of n elements is a list column.
    case parquet
}
