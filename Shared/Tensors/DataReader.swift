/// Reads the elements of one tensor, nested or flat, into memory of its datatype.
///
/// Nested arrays are flattened, row-major; arrays at one depth must be of one length, so that a row that lacks an element is not made up
/// for by the next.
struct DataReader {
    let datatype: Datatype
    let input: InputLabel
    let expected: Int
    private let memory: OwnedMemory
    private var texts: [[UInt8]] = []
    private var count = 0
    /// Elements of the arrays at each depth below the first, once one was read.
    private var lengths: [Int?] = []

    init(datatype: Datatype, input: InputLabel, expected: Int) {
        self.datatype = datatype
        self.input = input
        self.expected = expected
        memory = OwnedMemory(byteCount: expected * (datatype.size ?? 0))
    }

    /// Whether the elements stood in one array.
    var isFlat: Bool { lengths.isEmpty }

    mutating func read(_ reader: inout JSONReader) throws(InferenceFault) {
        try array(&reader, depth: 0)
    }

    func tensor(_ name: String, _ shape: [Int]) throws(InferenceFault) -> Tensor {
        guard count == expected else {
            throw InferenceFault("input \(name) of shape \(shape) takes \(expected) elements, not \(count)")
        }
        if datatype == .bytes { return Tensor(name: name, shape: shape, strings: texts) }
        return Tensor(name: name, datatype: datatype, shape: shape, count: count, memory: memory, start: 0)
    }

    private mutating func array(_ reader: inout JSONReader, depth: Int) throws(InferenceFault) {
        let before = count
        do throws(JSONFault) {
            if try reader.openArray() {
                guard reader.peek() == UInt8(ascii: "[") else {
                    try leaf(&reader)
                    return try check(count - before, depth, reader)
                }
            } else {
                return try check(0, depth, reader)
            }
        } catch { throw fault(error) }
        var isIn = true
        while isIn {
            try array(&reader, depth: depth + 1)
            do throws(JSONFault) { isIn = try reader.nextElement() } catch { throw fault(error) }
        }
        do throws(JSONFault) { try check(count - before, depth, reader) } catch { throw fault(error) }
    }

    private func fault(_ fault: JSONFault) -> InferenceFault { InferenceFault("input \(input), element \(count): \(fault)") }

    private mutating func check(_ length: Int, _ depth: Int, _ reader: JSONReader) throws(JSONFault) {
        guard depth > 0 else { return }
        while lengths.count < depth { lengths.append(nil) }
        if let other = lengths[depth - 1], other != length {
            throw reader.fault("nested arrays of one length were expected, not \(other) and \(length) elements")
        }
        lengths[depth - 1] = length
    }

    private mutating func leaf(_ reader: inout JSONReader) throws(JSONFault) {
        switch datatype {
        case .fp32: try floats(&reader)
        case .fp64: try fill(&reader, Double.self)
        case .fp16, .bf16: try fill(&reader, HalfElement.self)
        case .bool: try fill(&reader, BoolElement.self)
        case .uint8: try fill(&reader, UInt8.self)
        case .uint16: try fill(&reader, UInt16.self)
        case .uint32: try fill(&reader, UInt32.self)
        case .uint64: try fill(&reader, UInt64.self)
        case .int8: try fill(&reader, Int8.self)
        case .int16: try fill(&reader, Int16.self)
        case .int32: try fill(&reader, Int32.self)
        case .int64: try fill(&reader, Int64.self)
        case .bytes: try strings(&reader)
        }
    }

    @inline(__always)
    private mutating func fill<T: JSONElement>(_ reader: inout JSONReader, _ type: T.Type) throws(JSONFault) {
        let place = (memory.base + count * MemoryLayout<T>.stride).assumingMemoryBound(to: T.self)
        var read = 0
        defer { count += read }
        try reader.elements(into: place, room: expected - count, count: &read)
    }

    private mutating func floats(_ reader: inout JSONReader) throws(JSONFault) {
        let place = (memory.base + count * MemoryLayout<Float>.stride).assumingMemoryBound(to: Float.self)
        var read = 0
        defer { count += read }
        try reader.floats(into: place, room: expected - count, count: &read)
    }

    private mutating func strings(_ reader: inout JSONReader) throws(JSONFault) {
        repeat {
            let text = try reader.stringBytes()
            guard count < expected else { throw reader.fault("more elements than the shape says, \(expected)") }
            texts.append(text)
            count += 1
        } while try reader.nextElement()
    }
}
