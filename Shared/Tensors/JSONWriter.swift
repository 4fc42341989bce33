import Contracts

/// Writes JSON into bytes, with no tree.
public struct JSONWriter {
    public private(set) var bytes: [UInt8] = []

    public init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// Bytes that are JSON already.
    @inline(__always)
    public mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    public mutating func raw(_ text: [UInt8]) { bytes += text }

    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(utf8: $0) }
    }

    /// A string from UTF-8 bytes.
    public mutating func string(utf8 text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<32:
                raw("\\u00")
                bytes.append(byte < 16 ? 48 : 49)
                bytes.append((byte & 15) < 10 ? 48 + (byte & 15) : 87 + (byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func integer(_ value: some FixedWidthInteger) {
        if value >= 0, value < 10 {
            bytes.append(48 + UInt8(value))
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    /// The shortest digits that read back as the same float. JSON has no NaN and no infinity: they are written as null.
    public mutating func float(_ value: Float) {
        guard value.isFinite else { return raw("null") }
        if value.magnitude < 1e7, value == value.rounded(.towardZero) {
            value == 0 && value.sign == .minus ? raw("-0.0") : integer(Int32(value))
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    /// The shortest digits that read back as the same double; not finite is null.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return raw("null") }
        if value.magnitude < 1e15, value == value.rounded(.towardZero) {
            value == 0 && value.sign == .minus ? raw("-0.0") : integer(Int64(value))
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    /// A tree, in its canonical form.
    public mutating func value(_ value: JSONValue) { bytes += value.canonical }
}
