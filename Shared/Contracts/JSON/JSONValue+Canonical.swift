extension JSONValue {
    /// The canonical form of RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, shortest numbers, no blanks.
    ///
    /// A whole number beyond 2^53 is written with all its digits, where RFC 8785 would round it to a double: ids are not rounded here.
    public var canonical: [UInt8] {
        var bytes: [UInt8] = []
        writeCanonical(to: &bytes)
        return bytes
    }

    private func writeCanonical(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += Array("null".utf8)
        case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
        case .integer(let value): bytes += Array(String(value).utf8)
        case .number(let value): bytes += Array(Self.canonicalNumber(value).utf8)
        case .string(let value): Self.writeString(value, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.writeCanonical(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            let keys = members.keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
            for (index, key) in keys.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.writeString(key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                members[key, default: .null].writeCanonical(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func writeString(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\"")]
            case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
            case 8: bytes += Array("\\b".utf8)
            case 9: bytes += Array("\\t".utf8)
            case 10: bytes += Array("\\n".utf8)
            case 12: bytes += Array("\\f".utf8)
            case 13: bytes += Array("\\r".utf8)
            case 0..<32: bytes += Array("\\u00".utf8) + Array((byte < 16 ? "0" : "1").utf8) + [hexDigits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// ECMAScript's Number::toString for a finite double; JSON has no other, so a NaN or an infinity is written as null.
    static func canonicalNumber(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == 0 { return "0" }
        if value < 0 { return "-" + canonicalNumber(-value) }
        let (digits, exponent) = shortestDigits(value)
        let count = digits.count
        if count <= exponent, exponent <= 21 {
            return digits + String(repeating: "0", count: exponent - count)
        }
        if exponent > 0, exponent <= 21 {
            return digits.prefix(exponent) + "." + digits.dropFirst(exponent)
        }
        if exponent > -6, exponent <= 0 {
            return "0." + String(repeating: "0", count: -exponent) + digits
        }
        let power = exponent - 1
        let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst(1)
        return mantissa + "e" + (power < 0 ? "-" : "+") + String(abs(power))
    }

    /// The shortest digits that read back as `value`, and n so that the value is 0.digits x 10^n.
    private static func shortestDigits(_ value: Double) -> (digits: String, exponent: Int) {
        let text = value.description  // shortest round-trip form: 12.5, 1e-07, 1.5e+20
        let parts = text.split(separator: "e")
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = String(halves[0]) + (halves.count > 1 ? String(halves[1]) : "")
        var exponent = halves[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        return (digits, exponent)
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)
