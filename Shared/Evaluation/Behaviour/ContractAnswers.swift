import Contracts
import OnnxRuntime
import Tensors

/// What the interface promises of answers.
struct ContractAnswers {
    /// Relative difference that another order of sums explains.
    static let rounding = 1e-4

    let interface: Interface
    let session: Session

    private var outputs: [String] { interface.outputs.map(\.name) }

    /// The clauses on rows that fit: shapes, batches, and the ends of the declared ranges.
    func clauses(of batch: [Tensor]) -> [ContractClause] {
        let whole: [Tensor]
        do {
            whole = try session.run(batch, outputs: outputs)
        } catch {
            return [ContractClause("rows are answered", fault: "\(error)")]
        }
        let rows = batch.first?.rows ?? 0
        let shapes = zip(interface.outputs, whole).map { field, tensor in
            ContractClause(
                "output \(field.name) is shaped as declared", fault: Self.fault(tensor, field, rows: rows))
        }
        return shapes + [
            ContractClause("rows get finite numbers", fault: Self.unnumbered(whole)),
            ContractClause("a batch answers as its rows do alone", fault: alone(batch, whole, rows: rows)),
        ] + ends(batch)
    }

    private static func fault(_ tensor: Tensor, _ field: Interface.Field, rows: Int) -> String? {
        guard tensor.datatype.rawValue == field.datatype else {
            return "it is \(tensor.datatype.rawValue), not \(field.datatype)"
        }
        let declared = [rows] + field.shape.dropFirst()
        let fits =
            tensor.shape.count == declared.count
            && zip(tensor.shape, declared).allSatisfy { $1 < 0 || $0 == $1 }
        return fits
            ? nil : "\(rows) rows gave the shape \(tensor.shape), where \(field.shape) is declared"
    }

    private func alone(_ batch: [Tensor], _ whole: [Tensor], rows: Int) -> String? {
        for row in 0..<rows {
            do {
                let single = try session.run(batch.map { $0.rows(row..<row + 1) }, outputs: outputs)
                for (one, all) in zip(single, whole) where one.rows == 1 && all.rows == rows {
                    if !AnswerDifference.agrees(one, all.rows(row..<row + 1), rounding: Self.rounding) {
                        return "row \(row) of \(rows) gets another \(one.name) alone"
                    }
                }
            } catch {
                return "a single row is not answered: \(error)"
            }
        }
        return nil
    }

    /// Rows at the ends of the declared range are in it, so they get an answer, and numbers that are some.
    private func ends(_ batch: [Tensor]) -> [ContractClause] {
        [("smallest", \Interface.Field.minimum), ("largest", \Interface.Field.maximum)].compactMap {
            word, bound in
            guard interface.inputs.contains(where: { $0[keyPath: bound] != nil }) else { return nil }
            let inputs = zip(interface.inputs, batch).map { field, tensor in
                let row = tensor.rows(0..<1)
                guard let end = field[keyPath: bound], tensor.datatype != .bytes else { return row }
                return row.holding(Array(repeating: end, count: row.count))
            }
            return ContractClause("the \(word) values allowed give numbers", fault: unnumbered(inputs))
        }
    }

    private func unnumbered(_ inputs: [Tensor]) -> String? {
        do {
            let answers = try session.run(inputs, outputs: outputs)
            return Self.unnumbered(answers)
        } catch {
            return "\(error)"
        }
    }

    private static func unnumbered(_ answers: [Tensor]) -> String? {
        answers.first { $0.datatype != .bytes && ($0.doubles ?? []).contains { !$0.isFinite } }
            .map { "output \($0.name) is not a finite number" }
    }
}
