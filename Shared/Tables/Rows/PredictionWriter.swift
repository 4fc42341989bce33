import CDuckDB
import Tensors

/// Hands predictions to the table engine: for each output one copy from the tensors' memory to the vector's.
struct PredictionWriter {
    private let api: OpaquePointer
    private let outputs: [OutputField]

    init(api: OpaquePointer, outputs: [OutputField]) {
        self.api = api
        self.outputs = outputs
    }

    /// Appends one slice, which has at most as many rows as a chunk of the engine holds.
    func write(_ slice: PredictedSlice, _ append: (OpaquePointer) throws(TableError) -> Void) throws(TableError) {
        var types = [mesh_duckdb_make_type(api, 5)] + outputs.map(type) + [mesh_duckdb_make_type(api, 17)]
        defer { for type in types { mesh_duckdb_release_type(api, type) } }
        guard slice.count <= Int(mesh_duckdb_chunk_capacity(api)), let chunk = mesh_duckdb_make_chunk(api, &types, UInt64(types.count))
        else {
            throw TableError(.failed, "no chunk of \(slice.count) rows")
        }
        defer { mesh_duckdb_release_chunk(api, chunk) }
        try fillRows(try vector(chunk, 0), slice)
        for (index, output) in outputs.enumerated() {
            let column = try vector(chunk, index + 1)
            if output.isList { try fillLists(column, output, index, slice) } else { try fillValues(column, output, index, slice) }
            for place in slice.faults.keys { mesh_duckdb_set_null(api, column, UInt64(place)) }
        }
        try fillErrors(try vector(chunk, outputs.count + 1), slice)
        mesh_duckdb_set_chunk_size(api, chunk, UInt64(slice.count))
        try append(chunk)
    }

    private func type(_ output: OutputField) -> OpaquePointer? {
        let element = mesh_duckdb_make_type(api, output.datatype.sqlNumber)
        guard output.isList else { return element }
        defer { mesh_duckdb_release_type(api, element) }
        return mesh_duckdb_make_list(api, element)
    }

    private func vector(_ chunk: OpaquePointer, _ column: Int) throws(TableError) -> OpaquePointer {
        guard let vector = mesh_duckdb_chunk_vector(api, chunk, UInt64(column)) else { throw TableError(.failed, "a chunk lacks a column") }
        return vector
    }

    private func data(_ vector: OpaquePointer) throws(TableError) -> UnsafeMutableRawPointer {
        guard let data = mesh_duckdb_data(api, vector) else { throw TableError(.failed, "a vector has no memory") }
        return data
    }

    private func fillRows(_ vector: OpaquePointer, _ slice: PredictedSlice) throws(TableError) {
        let rows = try data(vector).assumingMemoryBound(to: Int64.self)
        for place in 0..<slice.count { rows[place] = Int64(slice.first + place) }
    }

    private func fillErrors(_ vector: OpaquePointer, _ slice: PredictedSlice) throws(TableError) {
        for place in 0..<slice.count {
            if let fault = slice.faults[place] {
                set(Array(fault.utf8), vector, place)
            } else {
                mesh_duckdb_set_null(api, vector, UInt64(place))
            }
        }
    }

    private func fillValues(_ vector: OpaquePointer, _ output: OutputField, _ index: Int, _ slice: PredictedSlice) throws(TableError) {
        let memory = try data(vector)
        for batch in slice.batches {
            let tensor = batch.outputs[index]
            guard tensor.count == batch.places?.count ?? slice.count else { throw misshapen(output, tensor) }
            guard tensor.datatype != .bytes else {
                for (row, text) in tensor.strings.enumerated() { set(text, vector, batch.places?[row] ?? row) }
                continue
            }
            Self.withElements(tensor) { bytes in
                guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
                guard let places = batch.places else { return memory.copyMemory(from: source, byteCount: bytes.count) }
                let width = bytes.count / places.count
                for (row, place) in places.enumerated() {
                    (memory + place * width).copyMemory(from: source + row * width, byteCount: width)
                }
            }
        }
    }

    private func fillLists(_ vector: OpaquePointer, _ output: OutputField, _ index: Int, _ slice: PredictedSlice) throws(TableError) {
        let total = slice.batches.reduce(0) { $0 + $1.outputs[index].count }
        guard mesh_duckdb_resize_list(api, vector, UInt64(total)) == 0, let child = mesh_duckdb_list_child(api, vector) else {
            throw TableError(.failed, "a list has no room")
        }
        let spans = try data(vector).assumingMemoryBound(to: mesh_duckdb_span.self)
        for place in slice.faults.keys { spans[place] = mesh_duckdb_span(offset: 0, length: 0) }
        var offset = 0
        for batch in slice.batches {
            let tensor = batch.outputs[index]
            let rows = batch.places?.count ?? slice.count
            guard tensor.rows == rows, !tensor.shape.isEmpty else { throw misshapen(output, tensor) }
            let width = tensor.count / max(1, rows)
            for row in 0..<rows {
                spans[batch.places?[row] ?? row] = mesh_duckdb_span(offset: UInt64(offset + row * width), length: UInt64(width))
            }
            try fill(child, tensor, at: offset)
            offset += tensor.count
        }
    }

    private func fill(_ child: OpaquePointer, _ tensor: Tensor, at offset: Int) throws(TableError) {
        guard tensor.datatype != .bytes else {
            for (index, text) in tensor.strings.enumerated() { set(text, child, offset + index) }
            return
        }
        let memory = try data(child)
        Self.withElements(tensor) { bytes in
            guard let source = bytes.baseAddress, tensor.count > 0 else { return }
            (memory + offset * (bytes.count / tensor.count)).copyMemory(from: source, byteCount: bytes.count)
        }
    }

    /// Lends elements as the column keeps them: half-precision numbers become single-precision ones.
    private static func withElements(_ tensor: Tensor, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard tensor.datatype == .fp16 || tensor.datatype == .bf16, let doubles = tensor.doubles else {
            return tensor.withUnsafeBytes(body)
        }
        doubles.map { Float($0) }.withUnsafeBytes(body)
    }

    /// A model may give any bytes; a column of texts takes UTF-8 alone.
    private func set(_ text: [UInt8], _ vector: OpaquePointer, _ row: Int) {
        let repaired = Array(String(decoding: text, as: UTF8.self).utf8)
        mesh_duckdb_set_text(api, vector, UInt64(row), repaired, UInt64(repaired.count))
    }

    private func misshapen(_ output: OutputField, _ tensor: Tensor) -> TableError {
        TableError(
            .content,
            "output \(output.name) has the shape \(tensor.shape), which does not have one \(output.isList ? "list" : "value") a row")
    }
}
