import CDuckDB

/// Copies a result, chunk by chunk, into columns.
struct ResultReader {
    let api: OpaquePointer
    let result: OpaquePointer

    func table() throws(TableError) -> Table {
        let names = (0..<mesh_duckdb_column_count(api, result)).map { column in
            mesh_duckdb_column_name(api, result, column).map { String(cString: $0) } ?? ""
        }
        var builders: [ColumnBuilder] = []
        for column in names.indices {
            let type = mesh_duckdb_column_type(api, result, UInt64(column))
            defer { mesh_duckdb_release_type(api, type) }
            builders.append(ColumnBuilder(api: api, type: try EngineType(api: api, type: type, name: names[column]), name: names[column]))
        }
        while let chunk = mesh_duckdb_fetch(api, result) {
            defer { mesh_duckdb_release_chunk(api, chunk) }
            let rows = Int(mesh_duckdb_chunk_size(api, chunk))
            if rows == 0 { break }
            for column in builders.indices {
                guard let vector = mesh_duckdb_chunk_vector(api, chunk, UInt64(column)) else {
                    throw TableError(.failed, "a chunk lacks a column")
                }
                try builders[column].append(vector, rows: rows)
            }
        }
        return Table(zip(names, builders).map { TableColumn($0, $1.values, nulls: $1.nulls) })
    }
}
