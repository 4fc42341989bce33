import Contracts

extension Interface {
    /// What a checked request holds.
    public struct Checked: Sendable {
        /// Inputs for the model, in the interface's order.
        public let inputs: [Tensor]
        /// By context field.
        public let context: [String: ContextValues]
        public let rows: Int
    }

    /// Checks a request against the interface: names, datatypes, shapes, ranges, one batch size. Context comes as a tensor of the field's
    /// name with one element for each row, or as a request parameter that counts for all rows.
    public func check(_ request: InferenceRequest) throws(InferenceFault) -> Checked {
        let given = request.inputs
        for tensor in given where !knows(tensor.name) {
            throw InferenceFault("there is no input \(tensor.name); the inputs are \(inputNames)")
        }
        let ordered = try inOrder(given)
        for output in request.outputs ?? [] where !outputs.contains(where: { $0.name == output.name }) {
            throw InferenceFault("there is no output \(output.name); the outputs are \(outputs.map(\.name).joined(separator: ", "))")
        }
        let rows = (ordered.first(where: hasRows) ?? ordered.first)?.rows ?? 0
        guard rows > 0 else { throw InferenceFault("\(inputs.first.map { "input \($0.name)" } ?? "the request") has no row") }
        return Checked(inputs: ordered, context: try contextValues(request, rows), rows: rows)
    }

    private func knows(_ name: String) -> Bool {
        inputs.contains { $0.name == name } || context?.contains { $0.name == name } ?? false
    }

    /// Whether an input has a row for each of the request's: others are of a size of their own, as a threshold is.
    private func hasRows(_ tensor: Tensor) -> Bool { inputs.first { $0.name == tensor.name }?.shape.first == -1 }

    /// The inputs in the interface's order, each checked, all that have rows of one number of them.
    private func inOrder(_ given: [Tensor]) throws(InferenceFault) -> [Tensor] {
        var ordered: [Tensor] = []
        ordered.reserveCapacity(inputs.count)
        for field in inputs {
            guard let tensor = given.first(where: { $0.name == field.name }) else {
                throw InferenceFault("input \(field.name) is missing: it takes \(field.datatype) of shape \(field.shape)")
            }
            try field.check(tensor)
            if field.shape.first == -1, let first = ordered.first(where: hasRows), first.rows != tensor.rows {
                throw InferenceFault("input \(field.name) has \(tensor.rows) rows and input \(first.name) has \(first.rows)")
            }
            ordered.append(tensor)
        }
        return ordered
    }

    private func contextValues(_ request: InferenceRequest, _ rows: Int) throws(InferenceFault) -> [String: ContextValues] {
        var values: [String: ContextValues] = [:]
        for field in context ?? [] {
            if let tensor = request.inputs.first(where: { $0.name == field.name }) {
                guard tensor.count == rows, tensor.datatype.rawValue == field.datatype else {
                    throw InferenceFault("context \(field.name) must have one \(field.datatype) element for each of the \(rows) rows")
                }
                guard tensor.strings.allSatisfy({ $0.count <= Self.longestContext }) else {
                    throw InferenceFault("context \(field.name) must hold texts of at most \(Self.longestContext) bytes")
                }
                values[field.name] = .each(tensor)
            } else if let value = request.parameters[field.name] {
                try field.check(value)
                values[field.name] = .same(value, rows: rows)
            }
        }
        return values
    }

    /// Bytes of one context value: it is a place or a kind, by which rows are told apart, and it is repeated for each of them.
    static let longestContext = 1024
}

extension Interface.ContextField {
    /// Checks a value that counts for all rows: a short text, or a number or truth value.
    func check(_ value: JSONValue) throws(InferenceFault) {
        if datatype == "BYTES" {
            guard let text = value.stringValue, text.utf8.count <= Interface.longestContext else {
                throw InferenceFault("parameter \(name) must be a text of at most \(Interface.longestContext) bytes")
            }
        } else if value.doubleValue == nil, value.boolValue == nil {
            throw InferenceFault("parameter \(name) must be a number or a truth value")
        }
    }
}

extension Interface.Field {
    /// Checks one input's datatype, shape and range.
    public func check(_ tensor: Tensor) throws(InferenceFault) {
        guard tensor.datatype.rawValue == datatype else {
            throw InferenceFault("input \(name) must have the datatype \(datatype), not \(tensor.datatype.rawValue)")
        }
        guard fits(tensor.shape) else {
            throw InferenceFault("input \(name) must have the shape \(shape), where -1 is any size, not \(tensor.shape)")
        }
        guard minimum != nil || maximum != nil else { return }
        let low = minimum ?? -.infinity
        let high = maximum ?? .infinity
        guard let index = tensor.firstElement(outside: low, high) else { return }
        let width = tensor.shape.dropFirst().reduce(1, *)
        throw InferenceFault(
            "input \(name), row \(index / width), element \(index % width) is \(tensor.text(at: index)); it must lie between \(Self.text(low)) and \(Self.text(high))"
        )
    }

    private func fits(_ sizes: [Int]) -> Bool {
        guard sizes.count == shape.count else { return false }
        for index in shape.indices where shape[index] != -1 && shape[index] != sizes[index] { return false }
        return true
    }

    private static func text(_ bound: Double) -> String {
        String(decoding: JSONValue.number(bound).canonical, as: UTF8.self)
    }
}

extension Tensor {
    /// One element as a message shows it.
    fileprivate func text(at index: Int) -> String {
        let single = Tensor(
            name: name, datatype: datatype, shape: [1], count: 1, memory: memory, start: start + index * (datatype.size ?? 1))
        guard let value = single.doubles?.first else { return "a text" }
        return value.isNaN ? "not a number" : value.description
    }
}
