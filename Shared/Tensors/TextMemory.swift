/// Elements of a BYTES tensor: a table of where each begins, then their bytes, each element with a NUL behind it as C wants it.
final class TextMemory: TensorMemory, @unchecked Sendable {
    /// Room for elements that are appended one by one, in order; all of them.
    ///
    /// - Parameter length: bytes of all elements, without the NULs.
    init(count: Int, length: Int) {
        let table = (count + 1) * MemoryLayout<Int>.size
        let size = table + length + count
        super.init(base: .allocate(byteCount: size, alignment: MemoryLayout<Int>.alignment), byteCount: size)
        base.storeBytes(of: table, as: Int.self)
    }

    convenience init(_ strings: [[UInt8]]) {
        self.init(count: strings.count, length: strings.reduce(0) { $0 + $1.count })
        for (index, string) in strings.enumerated() { string.withUnsafeBytes { set(index, $0) } }
    }

    /// The elements of all tensors, one tensor after the other.
    convenience init(_ tensors: [Tensor]) {
        self.init(
            count: tensors.reduce(0) { $0 + $1.count }, length: tensors.reduce(0) { $0 + $1.textLength })
        var place = 0
        for tensor in tensors {
            for index in 0..<tensor.count {
                tensor.withText(at: index) { set(place, $0) }
                place += 1
            }
        }
    }

    deinit { base.deallocate() }

    /// Writes the element that comes next.
    func set(_ index: Int, _ text: UnsafeRawBufferPointer) {
        let place = Self.offset(base, index)
        precondition(place + text.count < byteCount, "more bytes than there is room for")
        if let source = text.baseAddress { (base + place).copyMemory(from: source, byteCount: text.count) }
        base.storeBytes(of: 0, toByteOffset: place + text.count, as: UInt8.self)
        base.storeBytes(of: place + text.count + 1, toByteOffset: (index + 1) * MemoryLayout<Int>.size, as: Int.self)
    }

    /// Where an element begins.
    static func offset(_ base: UnsafeMutableRawPointer, _ index: Int) -> Int {
        base.load(fromByteOffset: index * MemoryLayout<Int>.size, as: Int.self)
    }
}

extension Tensor {
    init(name: String, shape: [Int], texts: TextMemory) {
        self.init(name: name, datatype: .bytes, shape: shape, count: shape.reduce(1, *), memory: texts, start: 0)
    }

    /// A BYTES tensor whose elements lie in one block, each beginning at its offset.
    public init(name: String, shape: [Int], block: UnsafeRawBufferPointer, offsets: [Int]) {
        precondition(shape.reduce(1, *) == offsets.count, "shape and elements do not fit")
        let texts = TextMemory(count: offsets.count, length: block.count)
        for index in offsets.indices {
            let end = index + 1 < offsets.count ? offsets[index + 1] : block.count
            texts.set(index, UnsafeRawBufferPointer(rebasing: block[offsets[index]..<end]))
        }
        self.init(name: name, shape: shape, texts: texts)
    }

    /// Lends one element of a BYTES tensor; a NUL follows it.
    public func withText<R, E: Error>(at index: Int, _ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        precondition(datatype == .bytes && index >= 0 && index < count, "an element that is not there")
        let place = TextMemory.offset(memory.base, start + index)
        let end = TextMemory.offset(memory.base, start + index + 1) - 1
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: memory.base + place, count: end - place))
    }

    /// Bytes of all elements of a BYTES tensor.
    public var textLength: Int {
        guard datatype == .bytes, count > 0 else { return 0 }
        return TextMemory.offset(memory.base, start + count) - TextMemory.offset(memory.base, start) - count
    }

    /// Elements of a BYTES tensor as copies; empty for others.
    public var strings: [[UInt8]] {
        datatype == .bytes ? (0..<count).map { withText(at: $0) { Array($0) } } : []
    }
}
