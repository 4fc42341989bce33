extension JSONWriter {
    /// A tensor as the protocol writes it; with a binary size its data follows elsewhere. Gives where the data stand.
    @discardableResult
    public mutating func tensor(_ tensor: Tensor, binarySize: Int? = nil) -> Range<Int> {
        raw("{\"name\":")
        string(tensor.name)
        raw(",\"datatype\":\"")
        string(unescaped: tensor.datatype.rawValue)
        raw("\",\"shape\":[")
        for (index, size) in tensor.shape.enumerated() {
            if index > 0 { raw(",") }
            integer(size)
        }
        if let binarySize {
            raw("],\"parameters\":{\"binary_data_size\":")
            integer(binarySize)
            raw("}}")
            return count..<count
        }
        raw("],\"data\":")
        let start = count
        elements(of: tensor)
        let end = count
        raw("}")
        return start..<end
    }

    private mutating func string(unescaped text: String) {
        var text = text
        text.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
    }

    /// The elements of a tensor as a flat array.
    public mutating func elements(of tensor: Tensor) {
        switch tensor.datatype {
        case .fp32: list(tensor, Float.self, Self.longestFloat) { Self.write($0, &$1) }
        case .int64: list(tensor, Int64.self, Self.longestInteger) { Self.write($0, &$1) }
        case .int32: list(tensor, Int32.self, Self.longestInteger) { Self.write($0, &$1) }
        case .int16: list(tensor, Int16.self, Self.longestInteger) { Self.write($0, &$1) }
        case .int8: list(tensor, Int8.self, Self.longestInteger) { Self.write($0, &$1) }
        case .uint64: list(tensor, UInt64.self, Self.longestInteger) { Self.write($0, &$1) }
        case .uint32: list(tensor, UInt32.self, Self.longestInteger) { Self.write($0, &$1) }
        case .uint16: list(tensor, UInt16.self, Self.longestInteger) { Self.write($0, &$1) }
        case .uint8: list(tensor, UInt8.self, Self.longestInteger) { Self.write($0, &$1) }
        case .fp16: list(tensor, UInt16.self, Self.longestFloat) { Self.write(HalfFloat.float(bits: $0), &$1) }
        case .bf16: list(tensor, UInt16.self, Self.longestFloat) { Self.write(Float(bitPattern: UInt32($0) << 16), &$1) }
        case .fp64, .bool, .bytes: slowList(tensor)
        }
    }

    /// The raw bytes of a tensor as the binary extension sends them.
    public mutating func binary(_ tensor: Tensor) {
        guard tensor.datatype == .bytes else { return tensor.withUnsafeBytes { raw($0) } }
        for index in 0..<tensor.count {
            tensor.withText(at: index) { text in
                Swift.withUnsafeBytes(of: UInt32(text.count).littleEndian) { raw($0) }
                raw(text)
            }
        }
    }

    /// Room is asked for once: the most that the elements can take.
    @inline(__always)
    private mutating func list<T: BitwiseCopyable>(
        _ tensor: Tensor, _ type: T.Type, _ longest: Int, _ write: (T, inout UnsafeMutablePointer<UInt8>) -> Void
    ) {
        // Shares of this many elements keep the room within reason where the numbers are short.
        let share = 4096
        raw("[")
        tensor.withUnsafeBytes { bytes in
            var index = 0
            while index < tensor.count {
                let last = min(index + share, tensor.count)
                var end = room((last - index) * (longest + 1))
                while index < last {
                    write(bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: type), &end)
                    Self.put(UInt8(ascii: ","), &end)
                    index += 1
                }
                advance(to: end)
            }
        }
        closeList(tensor.count)
    }

    /// The comma behind the last element becomes the bracket.
    private mutating func closeList(_ elements: Int) {
        if elements > 0 { advance(to: base + count - 1) }
        raw("]")
    }

    private mutating func slowList(_ tensor: Tensor) {
        raw("[")
        for index in 0..<tensor.count {
            switch tensor.datatype {
            case .fp64: double(tensor.lent.loadUnaligned(fromByteOffset: index * 8, as: Double.self))
            case .bool: tensor.lent[index] == 0 ? raw("false") : raw("true")
            default:
                // JSON holds text only: bytes that are none are shown as U+FFFD; whoever needs them asks for binary data.
                tensor.withText(at: index) { string(String(decoding: $0, as: UTF8.self)) }
            }
            raw(",")
        }
        withExtendedLifetime(tensor) {}
        closeList(tensor.count)
    }
}

extension Tensor {
    /// Bytes of the elements as the binary extension sends them.
    public var binarySize: Int { datatype == .bytes ? textLength + 4 * count : byteCount }

    /// The elements as the binary extension sends them.
    public var binaryBlock: [UInt8] {
        var writer = JSONWriter(capacity: binarySize)
        writer.binary(self)
        return writer.bytes
    }
}
