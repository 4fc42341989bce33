import Foundation
import Tensors

/// Rows of a model as `make_rows.py` made them: a Parquet file for the job, raw floats in memory for the engine alone.
struct RowFile: Sendable {
    let model: BenchModel
    let parquet: URL
    let rows: Int
    /// One row of the model's only input, with no rows.
    private let sample: Tensor
    private let raw: Data

    init(_ model: BenchModel, places: BenchPlaces) throws {
        self.model = model
        parquet = places.rows(model, "parquet")
        guard let raw = try? Data(contentsOf: places.rows(model, "f32"), options: .mappedIfSafe), let sample = model.inputs(rows: 1).first
        else { throw BenchFault("\(places.rows(model, "f32").path) is missing: run make bench-inference") }
        self.raw = raw
        self.sample = sample
        rows = raw.count / sample.raw.count
    }

    /// Rows, all of them unless fewer are wanted, in tensors of so many; the last one may be shorter.
    func chunks(of size: Int, atMost most: Int = .max) -> [Tensor] {
        let rows = min(rows, most)
        return stride(from: 0, to: rows, by: size).map { start in
            let count = min(size, rows - start)
            let bytes = raw[(start * sample.raw.count)..<((start + count) * sample.raw.count)]
            return Tensor(name: sample.name, datatype: sample.datatype, shape: [count] + sample.shape.dropFirst(), raw: Array(bytes))
        }
    }

    /// The first rows as JSON lines.
    func lines(_ count: Int) -> [UInt8] {
        chunks(of: 1, atMost: count).flatMap { row in
            var writer = JSONWriter()
            writer.raw("{\"")
            writer.raw(Array(row.name.utf8))
            writer.raw("\":")
            writer.elements(of: row)
            writer.raw("}\n")
            return writer.bytes
        }
    }
}
