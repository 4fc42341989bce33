/// A named tensor: row-major, little-endian. Copies and views share its memory.
public struct Tensor: Sendable {
    public var name: String
    public let datatype: Datatype
    public let shape: [Int]
    /// How many elements there are.
    public let count: Int
    let memory: TensorMemory
    /// Where the tensor begins in its memory: a byte, for BYTES an element.
    let start: Int

    init(name: String, datatype: Datatype, shape: [Int], count: Int, memory: TensorMemory, start: Int) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.count = count
        self.memory = memory
        self.start = start
    }

    /// A tensor over memory, which it keeps alive. Traps when shape and bytes do not fit: callers have checked.
    public init(name: String, datatype: Datatype, shape: [Int], memory: TensorMemory) {
        let count = shape.reduce(1, *)
        precondition(datatype.size.map { count * $0 == memory.byteCount } ?? false, "shape and bytes do not fit")
        self.init(name: name, datatype: datatype, shape: shape, count: count, memory: memory, start: 0)
    }

    /// A tensor whose bytes the caller writes; all of them. Not for BYTES.
    public init<E: Error>(
        name: String, datatype: Datatype, shape: [Int], writing write: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        let memory = OwnedMemory(byteCount: shape.reduce(1, *) * (datatype.size ?? 0))
        try write(memory.bytes)
        self.init(name: name, datatype: datatype, shape: shape, memory: memory)
    }

    /// A tensor over raw elements. Traps when shape and bytes do not fit: callers have checked.
    public init(name: String, datatype: Datatype, shape: [Int], raw: [UInt8]) {
        let memory = OwnedMemory(byteCount: raw.count)
        memory.bytes.copyBytes(from: raw)
        self.init(name: name, datatype: datatype, shape: shape, memory: memory)
    }

    /// A BYTES tensor. Traps when shape and elements do not fit.
    public init(name: String, shape: [Int], strings: [[UInt8]]) {
        precondition(shape.reduce(1, *) == strings.count, "shape and elements do not fit")
        self.init(name: name, shape: shape, texts: TextMemory(strings))
    }

    /// An FP32 tensor.
    public init(name: String, shape: [Int], floats: [Float]) {
        self.init(name: name, datatype: .fp32, shape: shape) { bytes in floats.withUnsafeBytes { bytes.copyMemory(from: $0) } }
    }

    /// An INT64 tensor.
    public init(name: String, shape: [Int], integers: [Int64]) {
        self.init(name: name, datatype: .int64, shape: shape) { bytes in integers.withUnsafeBytes { bytes.copyMemory(from: $0) } }
    }

    /// The first dimension; 1 for a scalar.
    public var rows: Int { shape.first ?? 1 }

    /// Bytes of the elements; 0 for BYTES.
    public var byteCount: Int { count * (datatype.size ?? 0) }

    /// Lends the raw elements, with no copy; empty for BYTES.
    @inlinable
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        let bytes = lent
        defer { withExtendedLifetime(self) {} }
        return try body(bytes)
    }

    /// The raw elements where they lie: whoever uses them keeps the tensor alive.
    @usableFromInline
    var lent: UnsafeRawBufferPointer {
        datatype == .bytes
            ? UnsafeRawBufferPointer(start: nil, count: 0) : UnsafeRawBufferPointer(start: memory.base + start, count: byteCount)
    }

    /// A copy of the raw elements; empty for BYTES.
    public var raw: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension Tensor: Hashable {
    public static func == (one: Tensor, other: Tensor) -> Bool {
        guard one.name == other.name, one.datatype == other.datatype, one.shape == other.shape else { return false }
        if one.datatype == .bytes { return one.strings == other.strings }
        return one.withUnsafeBytes { bytes in other.withUnsafeBytes { bytes.elementsEqual($0) } }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(datatype)
        hasher.combine(shape)
        if datatype == .bytes {
            hasher.combine(strings)
        } else {
            withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }
}
