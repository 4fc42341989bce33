import Contracts
import Foundation
import Tables
import Tensors

/// The rows of a dataset version for an index: ids and columns beside the tensors of the inputs, in the order of the ids.
struct IndexRows: Sendable {
    /// Rows of one step.
    static let step = 1024
    private static let number = "file_row_number"

    private let tables: TableEngine
    private let source: RowSource
    private let projection: RowProjection
    private let file: URL
    private let columns: [String]
    let count: Int

    /// Writes the rows that count to a file of this process, which ``step(_:)`` reads piece by piece: memory holds one.
    init(_ version: DatasetVersion, _ interface: Interface, columns: [String], _ tables: TableEngine, _ versions: VersionRows, file: URL)
        async throws
    {
        let fields = try BatchPipeline.fields(interface)
        let table = try await versions.open(version, interface: interface)
        let view = DatasetView(table, interface: interface, split: nil)
        let projection = try RowProjection(view.columns, fields: fields, reserved: [])
        let typed = try await projection.typed(from: view.relation) { try await table.query($0, within: BatchPipeline.patience) }
        _ = try await table.write(
            typed.normalised(view.relation) + view.order, to: file, options: BatchPipeline.groups, within: BatchPipeline.patience)
        self.tables = tables
        self.file = file
        self.columns = columns
        source = try await RowSource.open(tables, file: file, format: .parquet)
        self.projection = try RowProjection(source.columns, fields: fields, reserved: [])
        count = try await source.parquetRows(tables).rows
    }

    /// Some rows: ids and column values by place, and what goes through the model.
    struct Step: Sendable {
        let ids: [String]
        /// By row, one value for each column; nil where the row lacks it.
        let values: [[JSONValue?]]
        let slices: [RowSlice]
    }

    /// The rows from a number on, ``step`` of them at most.
    func step(_ first: Int) async throws -> Step {
        let range = first..<min(first + Self.step, count)
        let (ids, values) = try await facts(range)
        var slices: [RowSlice] = []
        for try await slice in tables.slices(projection.inputs(of: source, range), fields: projection.fields, rows: Self.step) {
            slices.append(slice)
        }
        return Step(ids: ids, values: values, slices: slices)
    }

    private func facts(_ range: Range<Int>) async throws -> ([String], [[JSONValue?]]) {
        let selected = columns.enumerated().map { "CAST(to_json(\(TableSQL.identifier($1))) AS VARCHAR) AS c\($0)" }
        let path = TableSQL.literal(file.path(percentEncoded: false))
        let found = try await tables.query(
            """
            SELECT \((["id"] + selected).joined(separator: ", "))
              FROM read_parquet(\(path), \(Self.number) = true)
             WHERE \(Self.number) >= \(range.lowerBound) AND \(Self.number) < \(range.upperBound)
             ORDER BY \(Self.number)
            """)
        let ids = try found.column("id").texts()
        let texts = try columns.indices.map { index in
            let column = try found.column("c\(index)")
            return column.optional(try column.texts())
        }
        let values = try ids.indices.map { row in try texts.map { try $0[row].map(Self.value) } }
        return (ids, values)
    }

    private static func value(_ text: String) throws -> JSONValue {
        try WireJSON.decode(JSONValue.self, from: Data(text.utf8))
    }
}
