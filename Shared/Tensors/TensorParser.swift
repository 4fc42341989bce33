import Contracts

/// Reads one tensor of a request. Numbers go straight into the tensor's memory.
struct TensorParser {
    /// Most dimensions of a tensor.
    static let highestRank = 32

    private var input: InputLabel
    private let limit: Int
    private var datatype: Datatype?
    private var shape: [Int]?
    private var binarySize: Int?
    private var data: DataReader?
    private var dataPosition: Int?
    private var text: Range<Int>?

    private init(index: Int, limit: Int) {
        input = InputLabel(index: index)
        self.limit = limit
    }

    /// Reads a tensor; gives with it where its data stand in the text when they are one flat array without a line break.
    ///
    /// - Parameters:
    ///   - index: its place among the inputs.
    ///   - limit: most bytes of its elements.
    static func parse(_ reader: inout JSONReader, _ raw: inout BinaryBlocks, index: Int, limit: Int) throws(InferenceFault) -> (
        Tensor, text: Range<Int>?
    ) {
        var parser = TensorParser(index: index, limit: limit)
        do throws(JSONFault) {
            guard try reader.openObject() else { throw reader.fault("expected name, datatype, shape and data") }
        } catch { throw parser.fault(error) }
        var isIn = true
        while isIn {
            let key: JSONText
            do throws(JSONFault) { key = try reader.key() } catch { throw parser.fault(error) }
            try parser.member(key, &reader)
            do throws(JSONFault) { isIn = try reader.nextMember() } catch { throw parser.fault(error) }
        }
        return (try parser.tensor(reader, &raw), parser.text)
    }

    private func fault(_ fault: JSONFault) -> InferenceFault { InferenceFault("input \(input): \(fault)") }

    private mutating func member(_ key: JSONText, _ reader: inout JSONReader) throws(InferenceFault) {
        if key.matches("data") {
            return try readData(&reader)
        }
        do throws(JSONFault) {
            if key.matches("name") {
                try once(input.name == nil, key, reader)
                input.name = try reader.string()
            } else if key.matches("shape") {
                try once(shape == nil, key, reader)
                shape = try Self.shape(&reader)
            } else if key.matches("datatype") {
                try once(datatype == nil, key, reader)
                datatype = try Self.datatype(&reader)
            } else if key.matches("parameters") {
                binarySize = try Self.binarySize(&reader) ?? binarySize
            } else {
                try reader.skip()
            }
        } catch { throw fault(error) }
    }

    private func once(_ isFirst: Bool, _ key: JSONText, _ reader: JSONReader) throws(JSONFault) {
        if !isFirst { throw reader.fault("the member \(key.string) comes twice") }
    }

    private mutating func readData(_ reader: inout JSONReader) throws(InferenceFault) {
        guard dataPosition == nil else { throw InferenceFault("input \(input): the member data comes twice") }
        _ = reader.peek()
        let start = reader.position
        dataPosition = start
        guard let datatype, let shape else {
            do throws(JSONFault) { try reader.skip() } catch { throw fault(error) }
            return
        }
        let values = try read(&reader, datatype, shape)
        data = values
        if values.isFlat, !reader.hasLineBreak(start..<reader.position) { text = start..<reader.position }
    }

    private func read(_ reader: inout JSONReader, _ datatype: Datatype, _ shape: [Int]) throws(InferenceFault) -> DataReader {
        guard datatype != .bf16 else { throw InferenceFault("input \(input): BF16 comes as binary data only") }
        let count = try elementCount(shape, datatype, in: reader)
        var values = DataReader(datatype: datatype, input: input, expected: count)
        try values.read(&reader)
        return values
    }

    /// How many elements a shape holds; refused when the body could not hold them, or when they would be too large.
    private func elementCount(_ shape: [Int], _ datatype: Datatype, in reader: JSONReader) throws(InferenceFault) -> Int {
        guard let count = Self.product(shape), count <= reader.bytes.count else {
            throw InferenceFault("input \(input) has fewer elements than its shape \(shape) says")
        }
        guard count * (datatype.size ?? 1) <= limit else {
            throw InferenceFault("input \(input) of shape \(shape) takes more than \(limit) bytes", isTooLarge: true)
        }
        return count
    }

    private func tensor(_ reader: JSONReader, _ raw: inout BinaryBlocks) throws(InferenceFault) -> Tensor {
        guard let name = input.name, !name.isEmpty else { throw InferenceFault("input \(input) must have a name") }
        guard let datatype else { throw InferenceFault("input \(name) must have a datatype") }
        guard let shape else { throw InferenceFault("input \(name) must have a shape") }
        if let binarySize {
            guard dataPosition == nil else { throw InferenceFault("input \(name) has both data and binary_data_size") }
            return try raw.tensor(name, datatype, shape, size: binarySize)
        }
        guard let dataPosition else { throw InferenceFault("input \(name) must have data") }
        if let data { return try data.tensor(name, shape) }
        // The data came before the datatype or the shape: it is read now that both are known.
        var again = reader
        again.position = dataPosition
        return try read(&again, datatype, shape).tensor(name, shape)
    }

    private static func datatype(_ reader: inout JSONReader) throws(JSONFault) -> Datatype {
        let text = try reader.text()
        if text.matches("FP32") { return .fp32 }
        guard let known = Datatype(rawValue: text.string) else {
            throw reader.fault("\(text.string.prefix(40)) is none of the datatypes \(Datatype.names)")
        }
        return known
    }

    /// The size that the parameters give for raw data; nil when they give none.
    private static func binarySize(_ reader: inout JSONReader) throws(JSONFault) -> Int? {
        if try reader.null() { return nil }
        var size: Int?
        var isIn = try reader.openObject()
        while isIn {
            if try reader.key().matches("binary_data_size") {
                guard reader.isNumberNext, let value = try reader.number().integer(as: Int.self), value >= 0 else {
                    throw reader.fault("binary_data_size must be a whole number, 0 or more")
                }
                size = value
            } else {
                try reader.skip()
            }
            isIn = try reader.nextMember()
        }
        return size
    }

    private static func shape(_ reader: inout JSONReader) throws(JSONFault) -> [Int] {
        var shape: [Int] = []
        var isIn = try reader.openArray()
        while isIn {
            guard let size = try reader.number().integer(as: Int.self), size >= 0 else {
                throw reader.fault("shape must hold whole numbers, 0 or more")
            }
            guard shape.count < highestRank else { throw reader.fault("shape has more than \(highestRank) dimensions") }
            shape.append(size)
            isIn = try reader.nextElement()
        }
        return shape
    }

    /// Product of the sizes; nil when it overflows, or would if the sizes that are 0 were not there.
    static func product(_ shape: [Int]) -> Int? {
        var product = 1
        var isEmpty = false
        for size in shape {
            isEmpty = isEmpty || size == 0
            let (next, overflows) = product.multipliedReportingOverflow(by: max(size, 1))
            if overflows { return nil }
            product = next
        }
        return isEmpty ? 0 : product
    }
}
