import Contracts

extension Tensor {
    /// Index of the first element that is not within bounds; a NaN is not.
    ///
    /// The whole memory is looked at in one pass without a branch, which the compiler turns into vector instructions; only when something
    /// is out of bounds is it looked for.
    func firstElement(outside low: Double, _ high: Double) -> Int? {
        switch datatype {
        case .fp32: first(Float.self, Float(atLeast: low), Float(atMost: high)) { $0 }
        case .fp64: first(Double.self, low, high) { $0 }
        case .uint8: first(UInt8.self, low, high) { Double($0) }
        case .int8: first(Int8.self, low, high) { Double($0) }
        case .uint16: first(UInt16.self, low, high) { Double($0) }
        case .int16: first(Int16.self, low, high) { Double($0) }
        case .int32: first(Int32.self, low, high) { Double($0) }
        case .uint32: first(UInt32.self, low, high) { Double($0) }
        case .int64: first(Int64.self, low, high) { Double($0) }
        default: doubles?.firstIndex { !($0 >= low && $0 <= high) }
        }
    }

    @inline(__always)
    private func first<T: BitwiseCopyable, V: Comparable>(_ type: T.Type, _ low: V, _ high: V, _ value: (T) -> V) -> Int? {
        withUnsafeBytes { bytes in
            let size = MemoryLayout<T>.size
            func isOutside(_ index: Int) -> Bool {
                let element = value(bytes.loadUnaligned(fromByteOffset: index &* size, as: type))
                return !(element >= low && element <= high)
            }
            var outside: UInt32 = 0
            for index in 0..<count { outside |= isOutside(index) ? 1 : 0 }
            return outside == 0 ? nil : (0..<count).first(where: isOutside)
        }
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

extension Float {
    /// The smallest float that is not below a bound: comparing floats with it is comparing their values with the bound.
    fileprivate init(atLeast bound: Double) {
        let nearest = Float(bound)
        self = Double(nearest) < bound ? nearest.nextUp : nearest
    }

    /// The largest float that is not above a bound.
    fileprivate init(atMost bound: Double) {
        let nearest = Float(bound)
        self = Double(nearest) > bound ? nearest.nextDown : nearest
    }
}
