import CDuckDB

/// Hands a table to the engine in chunks of the size that it works with.
struct ChunkWriter {
    let api: OpaquePointer
    let table: Table

    func write(_ append: (OpaquePointer) throws(TableError) -> Void) throws(TableError) {
        guard table.columns.allSatisfy({ $0.count == table.count && ($0.nulls?.count ?? table.count) == table.count }) else {
            throw TableError(.content, "the columns of the table differ in length")
        }
        var types = table.columns.map { type(of: $0.values) as OpaquePointer? }
        defer { for type in types { mesh_duckdb_release_type(api, type) } }
        let capacity = Int(mesh_duckdb_chunk_capacity(api))
        for start in stride(from: 0, to: table.count, by: capacity) {
            let rows = start..<min(start + capacity, table.count)
            guard let chunk = mesh_duckdb_make_chunk(api, &types, UInt64(types.count)) else { throw TableError(.failed, "no chunk") }
            defer { mesh_duckdb_release_chunk(api, chunk) }
            for (index, column) in table.columns.enumerated() {
                guard let vector = mesh_duckdb_chunk_vector(api, chunk, UInt64(index)) else {
                    throw TableError(.failed, "a chunk lacks a column")
                }
                try fill(vector, column.values, rows)
                for row in rows where column.isNull(row) { mesh_duckdb_set_null(api, vector, UInt64(row - rows.lowerBound)) }
            }
            mesh_duckdb_set_chunk_size(api, chunk, UInt64(rows.count))
            try append(chunk)
        }
    }

    private func type(of values: TableValues) -> OpaquePointer? {
        switch values {
        case .bool: return mesh_duckdb_make_type(api, 1)
        case .integer: return mesh_duckdb_make_type(api, 5)
        case .float: return mesh_duckdb_make_type(api, 10)
        case .double: return mesh_duckdb_make_type(api, 11)
        case .text: return mesh_duckdb_make_type(api, 17)
        case .blob: return mesh_duckdb_make_type(api, 18)
        case .list(_, let elements):
            let element = type(of: elements)
            defer { mesh_duckdb_release_type(api, element) }
            return mesh_duckdb_make_list(api, element)
        }
    }

    private func fill(_ vector: OpaquePointer, _ values: TableValues, _ rows: Range<Int>) throws(TableError) {
        switch values {
        case .bool(let all): try copy(all[rows].map { $0 ? UInt8(1) : 0 }[...], to: vector)
        case .integer(let all): try copy(all[rows], to: vector)
        case .float(let all): try copy(all[rows], to: vector)
        case .double(let all): try copy(all[rows], to: vector)
        case .text(let all):
            for (place, row) in rows.enumerated() { assign(Array(all[row].utf8), vector, place) }
        case .blob(let all):
            for (place, row) in rows.enumerated() { assign(all[row], vector, place) }
        case .list(let offsets, let elements): try fill(vector, offsets, elements, rows)
        }
    }

    private func fill(_ vector: OpaquePointer, _ offsets: [Int], _ elements: TableValues, _ rows: Range<Int>) throws(TableError) {
        let range = offsets[rows.lowerBound]..<offsets[rows.upperBound]
        guard mesh_duckdb_resize_list(api, vector, UInt64(range.count)) == 0, let child = mesh_duckdb_list_child(api, vector) else {
            throw TableError(.failed, "a list has no room")
        }
        let spans = rows.map { row in
            mesh_duckdb_span(offset: UInt64(offsets[row] - range.lowerBound), length: UInt64(offsets[row + 1] - offsets[row]))
        }
        try copy(spans[...], to: vector)
        try fill(child, elements, range)
    }

    private func copy<Value>(_ values: ArraySlice<Value>, to vector: OpaquePointer) throws(TableError) {
        if values.isEmpty { return }
        guard let data = mesh_duckdb_data(api, vector) else { throw TableError(.failed, "a vector has no memory") }
        values.withUnsafeBytes { data.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(data), byteCount: $0.count) }
    }

    private func assign(_ bytes: [UInt8], _ vector: OpaquePointer, _ row: Int) {
        mesh_duckdb_set_text(api, vector, UInt64(row), bytes, UInt64(bytes.count))
    }
}
