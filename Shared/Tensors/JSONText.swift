import Glibc

/// A string of a JSON text where it stands, between its quotes: compared without being copied.
struct JSONText {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Holds what the string says when escapes stand in it.
    let unescaped: [UInt8]?

    @inline(__always)
    func matches(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        if let unescaped { return unescaped.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: length)) }
        guard bytes.count == length, let start = bytes.baseAddress else { return length == 0 && bytes.isEmpty }
        return memcmp(start, text.utf8Start, length) == 0
    }

    var string: String {
        if let unescaped { return String(decoding: unescaped, as: UTF8.self) }
        return String(decoding: bytes, as: UTF8.self)
    }

    var array: [UInt8] { unescaped ?? Array(bytes) }
}
