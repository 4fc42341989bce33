import Tensors

extension Tensor {
    /// A tensor of the same name, datatype and shape with other numbers: whole ones are rounded, and all brought to what the datatype holds.
    ///
    /// Traps for BYTES and for another count: callers have checked.
    func holding(_ values: [Double]) -> Tensor {
        precondition(values.count == count && datatype != .bytes, "as many numbers as there were")
        var raw: [UInt8] = []
        raw.reserveCapacity(byteCount)
        func append(_ bits: some FixedWidthInteger) {
            Swift.withUnsafeBytes(of: bits.littleEndian) { raw.append(contentsOf: $0) }
        }
        func whole<T: FixedWidthInteger>(_ type: T.Type) {
            for value in values { append(T(clamping: Self.nearest(value))) }
        }
        switch datatype {
        case .fp32: for value in values { append(Float(value).bitPattern) }
        case .fp64: for value in values { append(value.bitPattern) }
        case .fp16: for value in values { append(HalfFloat.bits(value)) }
        // The upper half of a float: bits beyond it are cut, not rounded.
        case .bf16:
            for value in values { append(UInt16(truncatingIfNeeded: Float(value).bitPattern >> 16)) }
        case .int8: whole(Int8.self)
        case .int16: whole(Int16.self)
        case .int32: whole(Int32.self)
        case .int64: whole(Int64.self)
        case .uint8: whole(UInt8.self)
        case .uint16: whole(UInt16.self)
        case .uint32: whole(UInt32.self)
        case .uint64: whole(UInt64.self)
        case .bool: for value in values { raw.append(value != 0 ? 1 : 0) }
        case .bytes: break
        }
        return Tensor(name: name, datatype: datatype, shape: shape, raw: raw)
    }

    /// The nearest whole number; beyond 64 bits, and for what is no number, the end of the range or 0.
    private static func nearest(_ value: Double) -> Int64 {
        if value.isNaN { return 0 }
        return Int64(exactly: value.rounded()) ?? (value > 0 ? .max : .min)
    }
}
