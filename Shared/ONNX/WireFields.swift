import Foundation

/// The fields of a message of Protocol Buffers, one after the other (protobuf.dev, "Encoding"): bytes are passed over, not copied.
struct WireFields {
    struct Field {
        let number: Int
        /// Empty for a field that is a number.
        let content: Data
    }

    private var rest: Data
    /// Whether the message was read to its end without a fault.
    private(set) var isComplete = false

    init(_ message: Data) { rest = message }

    /// The next field; nil at the end, and where the bytes are no message.
    mutating func next() -> Field? {
        guard !rest.isEmpty else {
            isComplete = true
            return nil
        }
        guard let tag = varint(), tag >> 3 > 0, let number = Int(exactly: tag >> 3) else { return nil }
        switch tag & 7 {
        case 0: return varint() == nil ? nil : Field(number: number, content: Data())
        case 1: return take(8).map { _ in Field(number: number, content: Data()) }
        case 2: return varint().flatMap { Int(exactly: $0) }.flatMap { take($0) }.map { Field(number: number, content: $0) }
        case 5: return take(4).map { _ in Field(number: number, content: Data()) }
        default: return nil
        }
    }

    private mutating func take(_ count: Int) -> Data? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
