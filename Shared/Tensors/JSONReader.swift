import Contracts
import Glibc

/// Reads JSON (RFC 8259) value by value, with no tree: whoever reads says what comes next.
///
/// The bytes are lent: a reader lives inside the closure of `withUnsafeBufferPointer`.
public struct JSONReader {
    /// Deepest nesting; more is refused, since recursion uses the stack.
    public static let depthLimit = 64

    let bytes: UnsafeBufferPointer<UInt8>
    public internal(set) var position = 0
    private var depth = 0

    public init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    func fault(_ message: String) -> JSONFault { JSONFault(message: message, offset: position) }

    /// The next byte that is no blank, 0 at the end.
    @inline(__always)
    public mutating func peek() -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            if byte > 32 { return byte }
            guard byte == 32 || byte == 10 || byte == 13 || byte == 9 else { return byte }
            position += 1
        }
        return 0
    }

    @inline(__always)
    mutating func take(_ byte: UInt8, _ expected: String) throws(JSONFault) {
        guard peek() == byte else { throw fault("expected \(expected)") }
        position += 1
    }

    /// Whether a number comes next.
    var isNumberNext: Bool {
        mutating get {
            let next = peek()
            return next == UInt8(ascii: "-") || next &- 48 < 10
        }
    }

    /// Whether a part of the text goes over several lines.
    func hasLineBreak(_ range: Range<Int>) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        return memchr(base + range.lowerBound, 10, range.count) != nil || memchr(base + range.lowerBound, 13, range.count) != nil
    }

    /// Nothing but blanks may follow.
    public mutating func finish() throws(JSONFault) {
        _ = peek()
        guard position == bytes.count else { throw fault("expected the end") }
    }

    /// Reads an object; the body reads (or skips) each member's value.
    public mutating func object<E: Error>(
        _ member: (inout JSONReader, String) throws(E) -> Void, onFault wrap: (JSONFault) -> E
    ) throws(E) {
        do throws(JSONFault) {
            guard try openObject() else { return }
        } catch { throw wrap(error) }
        while true {
            let name: String
            do throws(JSONFault) { name = try key().string } catch { throw wrap(error) }
            try member(&self, name)
            do throws(JSONFault) {
                guard try nextMember() else { return }
            } catch { throw wrap(error) }
        }
    }

    /// Reads an array; the body reads (or skips) each element.
    public mutating func array<E: Error>(_ element: (inout JSONReader) throws(E) -> Void, onFault wrap: (JSONFault) -> E) throws(E) {
        do throws(JSONFault) {
            guard try openArray() else { return }
        } catch { throw wrap(error) }
        while true {
            try element(&self)
            do throws(JSONFault) {
                guard try nextElement() else { return }
            } catch { throw wrap(error) }
        }
    }

    /// Enters an object; false when it has no member, and is left again.
    mutating func openObject() throws(JSONFault) -> Bool { try enter(UInt8(ascii: "{"), UInt8(ascii: "}"), "an object") }

    /// Reads a member's name and the colon.
    mutating func key() throws(JSONFault) -> JSONText {
        let text = try text()
        try take(UInt8(ascii: ":"), "':'")
        return text
    }

    /// After a member's value: false at the object's end.
    mutating func nextMember() throws(JSONFault) -> Bool { try !ends(UInt8(ascii: "}")) }

    /// Enters an array; false when it has no element, and is left again.
    mutating func openArray() throws(JSONFault) -> Bool { try enter(UInt8(ascii: "["), UInt8(ascii: "]"), "an array") }

    /// After an element: false at the array's end.
    mutating func nextElement() throws(JSONFault) -> Bool { try !ends(UInt8(ascii: "]")) }

    private mutating func enter(_ byte: UInt8, _ closing: UInt8, _ expected: String) throws(JSONFault) -> Bool {
        try take(byte, expected)
        depth += 1
        guard depth <= Self.depthLimit else { throw fault("nested more than \(Self.depthLimit) levels") }
        guard peek() == closing else { return true }
        position += 1
        depth -= 1
        return false
    }

    /// After an element: true at the closing byte, which is passed, false behind a comma.
    @inline(__always)
    private mutating func ends(_ closing: UInt8) throws(JSONFault) -> Bool {
        let next = peek()
        guard next == closing || next == UInt8(ascii: ",") else { throw fault("expected ',' or '\(UnicodeScalar(closing))'") }
        position += 1
        if next == closing { depth -= 1 }
        return next == closing
    }

    /// Leaves an array whose elements something else has read.
    @inline(__always)
    mutating func leave(at end: Int) {
        position = end
        depth -= 1
    }

    /// Reads `null` if it comes next.
    public mutating func null() throws(JSONFault) -> Bool {
        guard peek() == UInt8(ascii: "n") else { return false }
        try literal("null")
        return true
    }

    public mutating func bool() throws(JSONFault) -> Bool {
        switch peek() {
        case UInt8(ascii: "t"):
            try literal("true")
            return true
        case UInt8(ascii: "f"):
            try literal("false")
            return false
        default: throw fault("expected true or false")
        }
    }

    private mutating func literal(_ text: StaticString) throws(JSONFault) {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw fault("expected \(text)") }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { throw fault("expected \(text)") }
        position += count
    }

    /// Passes over a value, checking its form.
    public mutating func skip() throws(JSONFault) {
        switch peek() {
        case UInt8(ascii: "{"):
            var isIn = try openObject()
            while isIn {
                _ = try key()
                try skip()
                isIn = try nextMember()
            }
        case UInt8(ascii: "["):
            var isIn = try openArray()
            while isIn {
                try skip()
                isIn = try nextElement()
            }
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
        case UInt8(ascii: "n"): _ = try null()
        default: _ = try number()
        }
    }

    /// Reads any value as a tree.
    public mutating func value() throws(JSONFault) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            try object({ (reader: inout JSONReader, key) throws(JSONFault) in members[key] = try reader.value() }, onFault: { $0 })
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try array({ (reader: inout JSONReader) throws(JSONFault) in elements.append(try reader.value()) }, onFault: { $0 })
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try bool())
        case UInt8(ascii: "n"):
            _ = try null()
            return .null
        default:
            let number = try number()
            if let integer = number.integer(as: Int64.self), number.isPlainInteger { return .integer(integer) }
            let value = number.double(in: bytes)
            guard value.isFinite else { throw fault("a number is beyond the range of a double") }
            return .number(value)
        }
    }
}
