/// The raw blocks behind the JSON, in the order of the inputs.
struct BinaryBlocks {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

    var isUsedUp: Bool { rest.isEmpty }
    var left: Int { rest.count }

    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }

    /// A tensor from its raw block.
    mutating func tensor(_ name: String, _ datatype: Datatype, _ shape: [Int], size: Int) throws(InferenceFault) -> Tensor {
        guard let block = take(size) else {
            throw InferenceFault("input \(name) says binary_data_size \(size), and \(left) bytes follow")
        }
        guard let count = TensorParser.product(shape) else { throw InferenceFault("shape \(shape) of input \(name) is too large") }
        guard let element = datatype.size else { return try Self.texts(name, shape, count, block) }
        guard count.multipliedReportingOverflow(by: element) == (size, false) else {
            throw InferenceFault(
                "input \(name) of shape \(shape) and datatype \(datatype.rawValue) takes \(count) x \(element) bytes, not \(size)")
        }
        if datatype == .bool, let index = block.firstIndex(where: { $0 > 1 }) {
            throw InferenceFault("input \(name), element \(index): a byte of a BOOL must be 0 or 1, not \(block[index])")
        }
        return Tensor(name: name, datatype: datatype, shape: shape) { $0.copyMemory(from: block) }
    }

    /// The elements of a BYTES tensor, each with its length in front: checked first, so that memory is asked for once.
    private static func texts(_ name: String, _ shape: [Int], _ count: Int, _ block: UnsafeRawBufferPointer) throws(InferenceFault)
        -> Tensor
    {
        var found = 0
        var place = 0
        while place < block.count {
            guard place + 4 <= block.count else { throw InferenceFault("input \(name), element \(found): its length is cut off") }
            let length = Int(UInt32(littleEndian: block.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
            guard length <= block.count - place - 4 else {
                throw InferenceFault(
                    "input \(name), element \(found): its length says \(length) bytes, and \(block.count - place - 4) follow")
            }
            place += 4 + length
            found += 1
        }
        guard found == count else { throw InferenceFault("input \(name) of shape \(shape) takes \(count) elements, not \(found)") }
        let texts = TextMemory(count: count, length: block.count - 4 * count)
        place = 0
        for index in 0..<count {
            let length = Int(UInt32(littleEndian: block.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
            texts.set(index, UnsafeRawBufferPointer(rebasing: block[(place + 4)..<(place + 4 + length)]))
            place += 4 + length
        }
        return Tensor(name: name, shape: shape, texts: texts)
    }
}
