extension Tensor {
    /// The elements as a fixed-size type that has the datatype's layout.
    public func elements<T: BitwiseCopyable>(as type: T.Type) -> [T] {
        precondition(MemoryLayout<T>.size == datatype.size, "the datatype has another size")
        return withUnsafeBytes { bytes in
            [T](unsafeUninitializedCapacity: count) { elements, written in
                UnsafeMutableRawBufferPointer(elements).copyMemory(from: bytes)
                written = count
            }
        }
    }

    /// The elements as doubles, whatever the datatype; nil for BYTES.
    public var doubles: [Double]? {
        switch datatype {
        case .bool, .uint8: map(UInt8.self) { Double($0) }
        case .uint16: map(UInt16.self) { Double($0) }
        case .uint32: map(UInt32.self) { Double($0) }
        case .uint64: map(UInt64.self) { Double($0) }
        case .int8: map(Int8.self) { Double($0) }
        case .int16: map(Int16.self) { Double($0) }
        case .int32: map(Int32.self) { Double($0) }
        case .int64: map(Int64.self) { Double($0) }
        case .fp16: map(UInt16.self) { Double(HalfFloat.float(bits: $0)) }
        case .bf16: map(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
        case .fp32: map(Float.self) { Double($0) }
        case .fp64: elements(as: Double.self)
        case .bytes: nil
        }
    }

    private func map<T: BitwiseCopyable>(_ type: T.Type, _ transform: (T) -> Double) -> [Double] {
        withUnsafeBytes { bytes in
            (0..<count).map { transform(bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: type)) }
        }
    }
}
