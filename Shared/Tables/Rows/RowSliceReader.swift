import CDuckDB
import Tensors

/// Makes tensors out of the table engine's vectors: one copy from their memory to that of the tensor, checks included.
struct RowSliceReader {
    let api: OpaquePointer
    let fields: [TensorField]
    /// Most rows of a slice.
    let rows: Int

    func slices(of chunk: OpaquePointer) throws(TableError) -> [RowSlice] {
        let count = Int(mesh_duckdb_chunk_size(api, chunk))
        guard let numbers = mesh_duckdb_chunk_vector(api, chunk, 0).flatMap({ mesh_duckdb_data(api, $0) }) else {
            throw TableError(.failed, "a chunk lacks its row numbers")
        }
        let first = Int(numbers.load(as: Int64.self))
        guard Int(numbers.load(fromByteOffset: (count - 1) * 8, as: Int64.self)) == first + count - 1 else {
            throw TableError(.failed, "rows came out of order")
        }
        var lists: [ElementLists] = []
        for index in fields.indices {
            guard let vector = mesh_duckdb_chunk_vector(api, chunk, UInt64(index + 1)) else {
                throw TableError(.failed, "a chunk lacks a column")
            }
            lists.append(try ElementLists(api: api, vector: vector, field: fields[index]))
        }
        return stride(from: 0, to: count, by: rows).map { start in
            slice(lists, start..<min(start + rows, count), first: first + start)
        }
    }

    private func slice(_ lists: [ElementLists], _ range: Range<Int>, first: Int) -> RowSlice {
        let whole = lists.compactMap { $0.tensor(range) }
        if whole.count == lists.count {
            let batch = RowSlice.Batch(places: nil, rows: range.count, inputs: whole)
            return RowSlice(first: first, count: range.count, batches: [batch], faults: [:])
        }
        return sorted(lists, range, first: first)
    }

    /// Row by row: those with a fault apart, the others by what their tensors' shape would be.
    private func sorted(_ lists: [ElementLists], _ range: Range<Int>, first: Int) -> RowSlice {
        var faults: [Int: String] = [:]
        var groups: [[Int]: [Int]] = [:]
        for row in range {
            if let fault = lists.lazy.compactMap({ $0.fault(row) }).first {
                faults[row - range.lowerBound] = fault
            } else {
                groups[lists.map { $0.length(row) }, default: []].append(row)
            }
        }
        let batches = groups.values.sorted { $0[0] < $1[0] }.map { rows in
            RowSlice.Batch(
                places: rows.count == range.count ? nil : rows.map { $0 - range.lowerBound }, rows: rows.count,
                inputs: lists.map { $0.gathered(rows) })
        }
        return RowSlice(first: first, count: range.count, batches: batches, faults: faults)
    }
}
