import Contracts
import Foundation

/// A file of rows, as a relation of the table engine.
public struct RowSource: Sendable {
    /// A column and its type, as SQL names it.
    public struct Column: Sendable, Hashable {
        public let name: String
        public let type: String

        public init(name: String, type: String) {
            self.name = name
            self.type = type
        }
    }

    /// What stands behind FROM.
    public let relation: String
    public let columns: [Column]
    /// Whether rows can be read by their numbers (see ``numbered(_:)``) without reading all that come before.
    public let isNumbered: Bool
    private let file: URL

    /// A row in a file of texts may take so many bytes.
    private static let longestRow = 16 << 20
    /// The column in which the engine numbers the rows of a Parquet file.
    static let number = "file_row_number"

    /// Looks at a file's columns. Throws ``TableError``: of kind `content` with a sentence for whoever made the file.
    public static func open(_ engine: TableEngine, file: URL, format: TableFormat, within limit: Duration? = nil) async throws -> RowSource
    {
        do {
            switch format {
            case .csv: return try csv(file)
            case .jsonl: return try await lines(engine, file, limit)
            case .parquet: return try await parquet(engine, file, limit)
            }
        } catch let error as TableError {
            throw error.readable
        }
    }

    /// The rows of these numbers, counted from 0, in order; the first column is the number.
    func numbered(_ range: Range<Int>, _ expressions: [String]) -> String {
        let columns = ([Self.number] + expressions).joined(separator: ", ")
        return """
            SELECT \(columns) FROM \(numberedRelation) WHERE \(Self.number) >= \(range.lowerBound) AND \(Self.number) < \(range.upperBound)
            """
    }

    var path: String { file.path(percentEncoded: false) }

    var numberedRelation: String {
        "read_parquet(\(TableSQL.literal(path)), \(Self.number) = true)"
    }

    private static func csv(_ file: URL) throws -> RowSource {
        let columns = try CSVHeader.names(of: file).map { Column(name: $0, type: "VARCHAR") }
        return RowSource(relation: csv(file, columns, longestRow), columns: columns, isNumbered: false, file: file)
    }

    private static func csv(_ file: URL, _ columns: [Column], _ longest: Int) -> String {
        """
        read_csv(\(TableSQL.literal(file.path(percentEncoded: false))), auto_detect = false, header = true, delim = ',', quote = '"', \
        escape = '"', strict_mode = true, max_line_size = \(longest), columns = \(types(columns)))
        """
    }

    private static func lines(_ file: URL, _ columns: [Column], _ longest: Int) -> String {
        """
        read_json(\(TableSQL.literal(file.path(percentEncoded: false))), format = 'newline_delimited', maximum_object_size = \(longest), \
        columns = \(types(columns)))
        """
    }

    private static func types(_ columns: [Column]) -> String {
        "{" + columns.map { "\(TableSQL.identifier($0.name)): '\($0.type)'" }.joined(separator: ", ") + "}"
    }

    /// What stands behind FROM for a piece of this file, see ``RowPieces``: read within memory that is in proportion to the piece.
    public func relation(of piece: URL, bytes: Int) -> String {
        let longest = min(Self.longestRow, max(bytes, 1 << 16))
        return columns.contains { $0.type == "JSON" } ? Self.lines(piece, columns, longest) : Self.csv(piece, columns, longest)
    }

    private static func lines(_ engine: TableEngine, _ file: URL, _ limit: Duration?) async throws -> RowSource {
        let path = TableSQL.literal(file.path(percentEncoded: false))
        let options = "format = 'newline_delimited', maximum_object_size = \(longestRow)"
        let found = try await engine.query(
            "DESCRIBE SELECT * FROM read_json(\(path), \(options), maximum_depth = 1, sample_size = -1)", within: limit)
        let names = try found.column("column_name").texts()
        guard names != ["json"] else { throw TableError(.content, "the file holds no JSON objects, one a line") }
        let columns = names.map { Column(name: $0, type: "JSON") }
        return RowSource(relation: lines(file, columns, longestRow), columns: columns, isNumbered: false, file: file)
    }

    private static func parquet(_ engine: TableEngine, _ file: URL, _ limit: Duration?) async throws -> RowSource {
        let relation = "read_parquet(\(TableSQL.literal(file.path(percentEncoded: false))))"
        let found = try await engine.query("DESCRIBE SELECT * FROM \(relation)", within: limit)
        let columns = zip(try found.column("column_name").texts(), try found.column("column_type").texts()).map(Column.init)
        return RowSource(
            relation: relation, columns: columns, isNumbered: !columns.contains { $0.name.lowercased() == number }, file: file)
    }

    /// How many rows a Parquet file has, and how many its largest group of rows.
    public func parquetRows(_ engine: TableEngine) async throws -> (rows: Int, largestGroup: Int) {
        let path = TableSQL.literal(file.path(percentEncoded: false))
        let found = try await engine.query(
            """
            SELECT coalesce(sum(rows), 0)::BIGINT AS rows, coalesce(max(rows), 0)::BIGINT AS largest
              FROM (SELECT DISTINCT row_group_id, row_group_num_rows AS rows FROM parquet_metadata(\(path)))
            """)
        return (Int(try found.column("rows").integers().first ?? 0), Int(try found.column("largest").integers().first ?? 0))
    }
}

extension TableError {
    /// The engine's message as a sentence for whoever made the file: where it is, and nothing of paths and options.
    public var readable: TableError {
        guard kind == .failed || kind == .file || kind == .statement else { return self }
        if let match = description.firstMatch(of: /CSV Error on Line: (\d+)/) {
            return TableError(.content, "line \(match.1): \(Self.csvReason(description))")
        }
        if let match = description.firstMatch(of: /at byte (\d+) in line (\d+): ([^\n]*)/) {
            // The engine has looked at the line's end when it counts: it is one ahead.
            let line = (Int(match.2) ?? 1) - 1
            let reason = match.3.trimmingCharacters(in: CharacterSet(charactersIn: ". "))
            return TableError(.content, "line \(line), byte \(match.1): \(reason)")
        }
        if let match = description.firstMatch(of: /in line (\d+): ([^\n]{1,200})/) {
            return TableError(.content, "line \(match.1): \(match.2)")
        }
        if description.contains("magic bytes") || description.contains("too small to be a Parquet file") {
            return TableError(.content, "the file is no Parquet file")
        }
        if description.localizedStandardContains("parquet") || description.contains("Invalid Input Error") {
            return TableError(.content, "the file cannot be read: it is damaged, or not of the format that it was said to be")
        }
        return self
    }

    private static func csvReason(_ description: String) -> String {
        if let match = description.firstMatch(of: /Expected Number of Columns: (\d+) Found: (\d+)/) {
            return "\(match.2) columns where the first line names \(match.1)"
        }
        if description.contains("unterminated quote") { return "a quoted value does not end, or something follows its end" }
        if description.contains("utf-8") { return "the text is not UTF-8" }
        if description.contains("Maximum line size") { return "the line is longer than 16 MiB" }
        return "the line cannot be read"
    }
}
