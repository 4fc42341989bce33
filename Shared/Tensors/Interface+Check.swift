import Contracts

extension Interface {
    /// What a checked request holds.
    public struct Checked: Sendable {
        /// Inputs for the model, in the interface's order.
        public let inputs: [Tensor]
        /// One value for each row by context field.
        public let context: [String: [JSONValue]]
        public let rows: Int
    }

    /// Checks a request against the interface: names, datatypes, shapes, ranges, one batch size. Context comes as a tensor of the field's
    /// name with one element for each row, or as a request parameter that counts for all rows.
    public func check(_ request: InferenceRequest) throws(InferenceFault) -> Checked {
        let contextNames = Set((context ?? []).map(\.name))
        let given = Dictionary(request.inputs.map { ($0.name, $0) }) { first, _ in first }
        for tensor in request.inputs where !contextNames.contains(tensor.name) && !inputs.contains(where: { $0.name == tensor.name }) {
            throw InferenceFault("there is no input \(tensor.name); the inputs are \(inputs.map(\.name).joined(separator: ", "))")
        }
        var ordered: [Tensor] = []
        for field in inputs {
            guard let tensor = given[field.name] else { throw InferenceFault("input \(field.name) is missing") }
            try field.check(tensor)
            guard ordered.first.map({ $0.rows == tensor.rows }) ?? true else {
                throw InferenceFault("input \(field.name) has \(tensor.rows) rows and input \(ordered[0].name) has \(ordered[0].rows)")
            }
            ordered.append(tensor)
        }
        for output in request.outputs ?? [] where !outputs.contains(where: { $0.name == output.name }) {
            throw InferenceFault("there is no output \(output.name); the outputs are \(outputs.map(\.name).joined(separator: ", "))")
        }
        let rows = ordered.first?.rows ?? 0
        guard rows > 0 else { throw InferenceFault("input \(inputs[0].name) has no row") }
        return Checked(inputs: ordered, context: try contextValues(request, given, rows), rows: rows)
    }

    private func contextValues(
        _ request: InferenceRequest, _ given: [String: Tensor], _ rows: Int
    ) throws(InferenceFault) -> [String: [JSONValue]] {
        var values: [String: [JSONValue]] = [:]
        for field in context ?? [] {
            if let tensor = given[field.name] {
                guard tensor.count == rows, tensor.datatype.rawValue == field.datatype else {
                    throw InferenceFault("context \(field.name) must have one \(field.datatype) element for each of the \(rows) rows")
                }
                guard tensor.strings.allSatisfy({ $0.count <= Self.longestContext }) else {
                    throw InferenceFault("context \(field.name) must hold texts of at most \(Self.longestContext) bytes")
                }
                values[field.name] = tensor.jsonElements
            } else if let value = request.parameters[field.name] {
                try field.check(value)
                values[field.name] = Array(repeating: value, count: rows)
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
        guard tensor.shape.count == shape.count, zip(tensor.shape, shape).allSatisfy({ $1 == -1 || $0 == $1 }) else {
            throw InferenceFault("input \(name) must have the shape \(shape), where -1 is any size, not \(tensor.shape)")
        }
        guard minimum != nil || maximum != nil else { return }
        let low = minimum ?? -.infinity
        let high = maximum ?? .infinity
        if let index = tensor.firstElement(outside: low, high) {
            throw InferenceFault("input \(name), element \(index) must lie between \(Self.text(low)) and \(Self.text(high))")
        }
    }

    private static func text(_ bound: Double) -> String {
        String(decoding: JSONValue.number(bound).canonical, as: UTF8.self)
    }
}

extension Tensor {
    /// Index of the first element that is not within bounds; a NaN is not.
    func firstElement(outside low: Double, _ high: Double) -> Int? {
        if datatype == .fp32 {
            return raw.withUnsafeBytes { bytes in
                (0..<count).first { index in
                    let value = Double(bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self))
                    return !(value >= low && value <= high)
                }
            }
        }
        return doubles?.firstIndex { !($0 >= low && $0 <= high) }
    }

    /// The elements as JSON values.
    public var jsonElements: [JSONValue] {
        switch datatype {
        case .bytes: strings.map { .string(String(decoding: $0, as: UTF8.self)) }
        case .bool: elements(as: UInt8.self).map { .bool($0 != 0) }
        case .int64: elements(as: Int64.self).map { .integer($0) }
        case .uint64, .fp16, .bf16, .fp32, .fp64: (doubles ?? []).map { .number($0) }
        default: (doubles ?? []).map { .integer(Int64($0)) }
        }
    }
}
