/// A named tensor: row-major, little-endian.
public struct Tensor: Sendable, Hashable {
    public var name: String
    public let datatype: Datatype
    public let shape: [Int]
    /// Raw elements; empty for BYTES.
    public let raw: [UInt8]
    /// Elements of a BYTES tensor; empty for others.
    public let strings: [[UInt8]]

    /// A tensor over raw elements. Traps when shape and bytes do not fit: callers have checked.
    public init(name: String, datatype: Datatype, shape: [Int], raw: [UInt8]) {
        precondition(datatype.size.map { shape.reduce(1, *) * $0 == raw.count } ?? false, "shape and bytes do not fit")
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.raw = raw
        strings = []
    }

    /// A BYTES tensor. Traps when shape and elements do not fit.
    public init(name: String, shape: [Int], strings: [[UInt8]]) {
        precondition(shape.reduce(1, *) == strings.count, "shape and elements do not fit")
        self.name = name
        datatype = .bytes
        self.shape = shape
        raw = []
        self.strings = strings
    }

    /// An FP32 tensor.
    public init(name: String, shape: [Int], floats: [Float]) {
        self.init(name: name, datatype: .fp32, shape: shape, raw: floats.withUnsafeBytes { Array($0) })
    }

    /// An INT64 tensor.
    public init(name: String, shape: [Int], integers: [Int64]) {
        self.init(name: name, datatype: .int64, shape: shape, raw: integers.withUnsafeBytes { Array($0) })
    }

    /// How many elements there are.
    public var count: Int { shape.reduce(1, *) }

    /// The first dimension; 1 for a scalar.
    public var rows: Int { shape.first ?? 1 }

    /// The elements as a fixed-size type that has the datatype's layout.
    public func elements<T: BitwiseCopyable>(as type: T.Type) -> [T] {
        precondition(MemoryLayout<T>.size == datatype.size, "the datatype has another size")
        return raw.withUnsafeBytes { bytes in
            (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: type) }
        }
    }

    /// The elements as doubles, whatever the datatype; nil for BYTES.
    public var doubles: [Double]? {
        switch datatype {
        case .bool, .uint8: elements(as: UInt8.self).map { Double($0) }
        case .uint16: elements(as: UInt16.self).map { Double($0) }
        case .uint32: elements(as: UInt32.self).map { Double($0) }
        case .uint64: elements(as: UInt64.self).map { Double($0) }
        case .int8: elements(as: Int8.self).map { Double($0) }
        case .int16: elements(as: Int16.self).map { Double($0) }
        case .int32: elements(as: Int32.self).map { Double($0) }
        case .int64: elements(as: Int64.self).map { Double($0) }
        case .fp16: elements(as: UInt16.self).map { Double(HalfFloat.float(bits: $0)) }
        case .bf16: elements(as: UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
        case .fp32: elements(as: Float.self).map { Double($0) }
        case .fp64: elements(as: Double.self)
        case .bytes: nil
        }
    }
}
