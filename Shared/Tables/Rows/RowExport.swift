import Contracts
import Foundation

/// How rows of Parquet files are written as one file of another format.
public struct RowExport: Sendable {
    private let columns: [RowSource.Column]
    private let parts: [URL]

    /// - Parameter parts: files of the same columns, in order.
    public init(columns: [RowSource.Column], parts: [URL]) {
        self.columns = columns
        self.parts = parts
    }

    /// The query whose rows are written.
    public func query(as format: TableFormat) -> String {
        let paths = parts.map { TableSQL.literal($0.path(percentEncoded: false)) }.joined(separator: ", ")
        let selected = columns.map { column -> String in
            let name = TableSQL.identifier(column.name)
            return "\(Self.expression(name, column.type, format)) AS \(name)"
        }
        return "SELECT \(selected.joined(separator: ", ")) FROM read_parquet([\(paths)])"
    }

    /// Options of `COPY`.
    public static func options(_ format: TableFormat) -> [String] {
        switch format {
        case .csv: ["FORMAT csv", "HEADER true"]
        case .jsonl: ["FORMAT json"]
        case .parquet: ["FORMAT parquet", "COMPRESSION zstd"]
        }
    }

    private static func expression(_ name: String, _ type: String, _ format: TableFormat) -> String {
        switch (format, type) {
        case (.parquet, _): return name
        // JSON has no NaN and no infinity. By way of text, numbers of single precision stay as short as they are.
        case (.jsonl, "FLOAT"), (.jsonl, "DOUBLE"): return "CASE WHEN isfinite(\(name)) THEN CAST(CAST(\(name) AS VARCHAR) AS JSON) END"
        case (_, "FLOAT[]"), (_, "DOUBLE[]"):
            let elements = "list_transform(\(name), lambda e: CASE WHEN isfinite(e) THEN CAST(e AS VARCHAR) ELSE 'null' END)"
            return "CAST('[' || array_to_string(\(elements), ', ') || ']' AS JSON)"
        case (.csv, _) where type.hasSuffix("]") || type.hasPrefix("STRUCT") || type.hasPrefix("MAP"): return "to_json(\(name))"
        default: return name
        }
    }
}
