import Contracts
import Tensors

/// Rows as the tensors that a model takes, in batches of one shape each.
struct InputTable: Sendable {
    /// Rows in one batch.
    static let batch = 256

    /// One tensor for each input of the interface, in its order.
    let batches: [[Tensor]]

    init(batches: [[Tensor]] = []) { self.batches = batches }

    /// Reads rows; every row's values are counted and typed.
    init(_ rows: [DatasetRow], interface: Interface) throws(EvaluationError) {
        var batches: [[Tensor]] = []
        for start in stride(from: 0, to: rows.count, by: Self.batch) {
            batches.append(try InputBatch.tensors(rows[start..<min(start + Self.batch, rows.count)], interface: interface))
        }
        self.batches = batches
    }

    var count: Int { batches.reduce(0) { $0 + ($1.first?.rows ?? 0) } }

    /// Some of the rows, in this order, in batches again.
    func picking(_ rows: [Int]) -> InputTable {
        let chunks = stride(from: 0, to: rows.count, by: Self.batch).map { rows[$0..<min($0 + Self.batch, rows.count)] }
        return InputTable(
            batches: chunks.map { chunk in
                let single = chunk.map { self.row($0) }
                return (single.first ?? []).indices.map { input in Tensor.joined(single.map { $0[input] }) }
            })
    }

    /// The rows with one input changed.
    func mapping(_ input: String, _ change: (Tensor) throws -> Tensor) rethrows -> InputTable {
        InputTable(batches: try batches.map { batch in try batch.map { $0.name == input ? try change($0) : $0 } })
    }

    /// The tensors of one row.
    func row(_ index: Int) -> [Tensor] {
        let place = index % Self.batch
        return batches[index / Self.batch].map { $0.rows(place..<(place + 1)) }
    }
}
