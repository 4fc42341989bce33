extension JSONReader {
    /// Reads a string.
    public mutating func string() throws(JSONFault) -> String { try text().string }

    /// Reads a string as its UTF-8 bytes. Refuses control characters, lone surrogates and what is not UTF-8.
    public mutating func stringBytes() throws(JSONFault) -> [UInt8] { try text().array }

    /// Reads a string where it stands. Refuses what ``stringBytes()`` refuses.
    mutating func text() throws(JSONFault) -> JSONText {
        try take(UInt8(ascii: "\""), "a string")
        let start = position
        var isASCII = true
        passPlain()
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
                guard isASCII || Self.isUTF8(text) else { throw fault("a string is not UTF-8") }
                position += 1
                return JSONText(bytes: text, unescaped: nil)
            }
            if byte == UInt8(ascii: "\\") { return JSONText(bytes: .init(start: nil, count: 0), unescaped: try escaped(from: start)) }
            guard byte >= 32 else { throw fault("a control character in a string") }
            isASCII = isASCII && byte < 128
            position += 1
        }
        throw fault("a string has no end")
    }

    /// Passes over ASCII that is no quote, backslash or control character, eight bytes at a time.
    @inline(__always)
    private mutating func passPlain() {
        guard let base = bytes.baseAddress else { return }
        let ones: UInt64 = 0x0101_0101_0101_0101
        while position + 8 <= bytes.count {
            let word = UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)
            // A byte's highest bit shows where it is below 32, above 127, a quote (34) or a backslash (92).
            let quote = (word ^ (ones &* 34)) &- ones
            let backslash = (word ^ (ones &* 92)) &- ones
            guard ((word &- ones &* 32) | quote | backslash | word) & (ones &* 128) == 0 else { return }
            position += 8
        }
    }

    private mutating func escaped(from start: Int) throws(JSONFault) -> [UInt8] {
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard Self.isUTF8(text) else { throw fault("a string is not UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<32: throw fault("a control character in a string")
            default: text.append(byte)
            }
        }
        throw fault("a string has no end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
        guard position < bytes.count else { throw fault("a string has no end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"): text += Array(String(try unicode()).utf8)
        default: throw fault("an unknown escape in a string")
        }
    }

    private mutating func unicode() throws(JSONFault) -> Character {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard (0xd800..<0xdc00).contains(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw fault("half of a surrogate pair in a string") }
        position += 2
        let second = try codeUnit()
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xd800) << 10 + UInt32(second) - 0xdc00)
        else { throw fault("half of a surrogate pair in a string") }
        return Character(scalar)
    }

    private mutating func codeUnit() throws(JSONFault) -> UInt16 {
        guard position + 4 <= bytes.count else { throw fault("a string has no end") }
        var value: UInt16 = 0
        for byte in bytes[position..<(position + 4)] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw fault("expected four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
        }
        position += 4
        return value
    }

    private static func isUTF8(_ text: some Sequence<UInt8>) -> Bool {
        String(validating: text, as: UTF8.self) != nil
    }
}
