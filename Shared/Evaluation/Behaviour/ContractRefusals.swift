import Contracts
import OnnxRuntime
import Tensors

/// What the interface promises to refuse: a request is held against it as inference does, and then by the engine.
struct ContractRefusals {
    let interface: Interface
    let session: Session

    /// One clause for each thing that an input may get wrong.
    ///
    /// - Parameter row: one row that fits, in the interface's order.
    func clauses(of row: [Tensor]) -> [ContractClause] {
        interface.inputs.indices.flatMap { index in
            let (field, fit) = (interface.inputs[index], row[index])
            return wrong(fit, field).map { name, tensor in
                var inputs = row
                inputs[index] = tensor
                return ContractClause("\(name) in \(field.name) is refused", fault: taken(inputs))
            }
        }
    }

    /// What happened to a request that should have been refused; nil where it was.
    private func taken(_ inputs: [Tensor]) -> String? {
        do {
            for (field, tensor) in zip(interface.inputs, inputs) { try field.check(tensor) }
            _ = try session.run(inputs)
            return "it was answered"
        } catch let error as EngineError where error.kind == .failed {
            return "the engine broke off: \(error)"
        } catch {
            return nil
        }
    }

    private func wrong(_ fit: Tensor, _ field: Interface.Field) -> [(String, Tensor)] {
        var found: [(String, Tensor)] = [
            ("another datatype", other(fit)), ("a dimension more", shaped(fit, fit.shape + [1])),
        ]
        if field.shape.dropFirst().contains(where: { $0 > 0 }), let longer = longer(fit, field) {
            found.append(("a value too many", longer))
        }
        guard fit.datatype != .bytes, fit.datatype != .bool, fit.count > 0 else { return found }
        if let minimum = field.minimum, let below = beyond(fit, minimum, -1) {
            found.append(("a value below the minimum", below))
        }
        if let maximum = field.maximum, let above = beyond(fit, maximum, 1) {
            found.append(("a value above the maximum", above))
        }
        return found
    }

    /// The same values of another datatype.
    private func other(_ fit: Tensor) -> Tensor {
        let datatype: Datatype = fit.datatype == .fp64 ? .fp32 : .fp64
        return Tensor(
            name: fit.name, datatype: datatype, shape: fit.shape,
            raw: Array(repeating: 0, count: fit.count * (datatype.size ?? 0)))
    }

    private func shaped(_ fit: Tensor, _ shape: [Int]) -> Tensor {
        if fit.datatype == .bytes { return Tensor(name: fit.name, shape: shape, strings: fit.strings) }
        return Tensor(name: fit.name, datatype: fit.datatype, shape: shape, raw: fit.raw)
    }

    /// One more in the last dimension that is fixed.
    private func longer(_ fit: Tensor, _ field: Interface.Field) -> Tensor? {
        guard let place = field.shape.lastIndex(where: { $0 > 0 }), place > 0 else { return nil }
        var shape = fit.shape
        shape[place] += 1
        let count = shape.reduce(1, *)
        if fit.datatype == .bytes {
            return Tensor(name: fit.name, shape: shape, strings: Array(repeating: [], count: count))
        }
        return Tensor(
            name: fit.name, datatype: fit.datatype, shape: shape,
            raw: Array(repeating: 0, count: count * (fit.datatype.size ?? 0)))
    }

    /// The row with its first value beyond a bound; nil where the datatype holds none such.
    private func beyond(_ fit: Tensor, _ bound: Double, _ sign: Double) -> Tensor? {
        guard var values = fit.doubles else { return nil }
        let step = max(1, abs(bound) * 0.01)
        values[0] = bound + sign * step
        let tensor = fit.holding(values)
        guard let held = tensor.doubles?.first, sign < 0 ? held < bound : held > bound else {
            return nil
        }
        return tensor
    }
}
