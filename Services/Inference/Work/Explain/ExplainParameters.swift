import Attribution
import Contracts
import Tensors

/// The options of an explanation among a request's parameters.
struct ExplainParameters: Sendable {
    private let parameters: [String: JSONValue]

    init(_ parameters: [String: JSONValue]) { self.parameters = parameters }

    func method() throws(InferenceFault) -> ExplanationMethod {
        guard let value = parameters["method"], value != .null else { return .auto }
        guard let method = value.stringValue.flatMap(ExplanationMethod.init) else {
            throw InferenceFault("parameter method must be one of \(ExplanationMethod.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return method
    }

    /// The output to explain: the one asked for, else the first of real numbers, else the first.
    func output(of interface: Interface) throws(InferenceFault) -> String {
        if let value = parameters["output"], value != .null {
            let names = interface.outputs.map(\.name)
            guard let name = value.stringValue, names.contains(name) else {
                throw InferenceFault("parameter output must be one of \(names.joined(separator: ", "))")
            }
            return name
        }
        let real = interface.outputs.first { $0.datatype == "FP32" || $0.datatype == "FP64" }
        return (real ?? interface.outputs.first)?.name ?? ""
    }

    /// A whole number within a range; nil when it is absent.
    func number(_ name: String, in range: ClosedRange<Int>) throws(InferenceFault) -> Int? {
        guard let value = parameters[name], value != .null else { return nil }
        guard let number = value.integerValue, range.contains(Int(number)) else {
            throw InferenceFault("parameter \(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    /// The inputs to explain, as one name, names with commas, or a list; nil for all.
    func inputs(of interface: Interface) throws(InferenceFault) -> Set<String>? {
        guard let value = parameters["inputs"], value != .null else { return nil }
        let known = Set(interface.inputs.map(\.name))
        let names = value.stringValue.map { $0.split(separator: ",").map(String.init) } ?? value.arrayValue?.compactMap(\.stringValue) ?? []
        guard !names.isEmpty, known.isSuperset(of: names) else {
            throw InferenceFault("parameter inputs must name some of \(known.sorted().joined(separator: ", "))")
        }
        return Set(names)
    }

    /// Background rows: one number for every element, one flat row, or a list of such rows. Nil when there are none.
    func background(like inputs: [Tensor]) throws(InferenceFault) -> [Tensor]? {
        guard let value = parameters["background"], value != .null else { return nil }
        let widths = inputs.map { $0.count / max(1, $0.rows) }
        let total = widths.reduce(0, +)
        let rows = try rows(value, width: total)
        var start = 0
        var tensors: [Tensor] = []
        for (input, width) in zip(inputs, widths) {
            let numbers = rows.flatMap { $0[start..<(start + width)] }
            start += width
            guard let raw = input.datatype.raw(numbers) else {
                throw InferenceFault("parameter background must hold numbers that are \(input.datatype.rawValue) for input \(input.name)")
            }
            let shape = [rows.count] + input.shape.dropFirst()
            tensors.append(Tensor(name: input.name, datatype: input.datatype, shape: shape, raw: raw))
        }
        return tensors
    }

    private func rows(_ value: JSONValue, width: Int) throws(InferenceFault) -> [[Double]] {
        if let number = value.doubleValue { return [[Double](repeating: number, count: width)] }
        let elements = value.arrayValue ?? []
        let rows = elements.first?.arrayValue == nil ? [elements] : elements.map { $0.arrayValue ?? [] }
        guard (1...ExplainRequest.mostBackground).contains(rows.count) else {
            throw InferenceFault("parameter background must hold 1 to \(ExplainRequest.mostBackground) rows, not \(rows.count)")
        }
        let numbers = rows.map { $0.compactMap(\.doubleValue) }
        guard numbers.allSatisfy({ $0.count == width }), rows.allSatisfy({ $0.count == width }) else {
            throw InferenceFault("parameter background must be a number, or rows of \(width) numbers")
        }
        return numbers
    }
}

extension Datatype {
    /// Numbers as raw elements; nil where one does not fit, and for datatypes of texts and half precision.
    func raw(_ numbers: [Double]) -> [UInt8]? {
        switch self {
        case .fp32: numbers.map { Float($0) }.withUnsafeBytes { Array($0) }
        case .fp64: numbers.withUnsafeBytes { Array($0) }
        case .int64: whole(numbers, Int64.self)
        case .int32: whole(numbers, Int32.self)
        case .int16: whole(numbers, Int16.self)
        case .int8: whole(numbers, Int8.self)
        case .uint64: whole(numbers, UInt64.self)
        case .uint32: whole(numbers, UInt32.self)
        case .uint16: whole(numbers, UInt16.self)
        case .uint8: whole(numbers, UInt8.self)
        case .bool: numbers.allSatisfy { $0 == 0 || $0 == 1 } ? whole(numbers, UInt8.self) : nil
        case .fp16, .bf16, .bytes: nil
        }
    }

    private func whole<T: FixedWidthInteger & BitwiseCopyable>(_ numbers: [Double], _ type: T.Type) -> [UInt8]? {
        let values = numbers.compactMap { T(exactly: $0) }
        return values.count == numbers.count ? values.withUnsafeBytes { Array($0) } : nil
    }
}
