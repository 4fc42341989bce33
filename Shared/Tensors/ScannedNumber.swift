import Foundation

/// A JSON number as its digits: converted once its type is known, so that 64-bit integers never pass through a double.
struct ScannedNumber {
    let isNegative: Bool
    /// Up to 19 significant digits.
    let mantissa: UInt64
    /// Power of ten that the mantissa is multiplied with.
    let exponent: Int
    /// More than 19 significant digits were there.
    let isTruncated: Bool
    /// Neither fraction nor exponent.
    let isPlainInteger: Bool
    let range: Range<Int>

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The exact whole number; nil when it is none or does not fit.
    func integer<T: FixedWidthInteger>(as type: T.Type) -> T? {
        guard !isTruncated else { return nil }
        var value = mantissa
        if mantissa != 0 {
            guard abs(exponent) <= 20 else { return nil }
            for _ in 0..<abs(exponent) {
                if exponent > 0 {
                    let (product, overflows) = value.multipliedReportingOverflow(by: 10)
                    if overflows { return nil }
                    value = product
                } else {
                    let (quotient, rest) = value.quotientAndRemainder(dividingBy: 10)
                    if rest != 0 { return nil }
                    value = quotient
                }
            }
        }
        if !isNegative { return T(exactly: value) }
        if value == 0 { return 0 }
        guard value <= UInt64(Int64.max) + 1 else { return nil }
        return T(exactly: value == UInt64(Int64.max) + 1 ? Int64.min : -Int64(value))
    }

    /// The nearest double.
    ///
    /// A mantissa of at most 53 bits and a power of ten up to 22 are both exact, so one operation rounds once (Clinger 1990).
    @inline(__always)
    func double(in bytes: UnsafeBufferPointer<UInt8>) -> Double {
        if !isTruncated, mantissa <= 1 << 53, abs(exponent) <= 22 {
            let value = exponent < 0 ? Double(mantissa) / Self.powers[-exponent] : Double(mantissa) * Self.powers[exponent]
            return isNegative ? -value : value
        }
        return Double(String(decoding: bytes[range], as: UTF8.self)) ?? .infinity
    }

    /// The nearest float, rounded once.
    ///
    /// Rounding the nearest double again gives the same float unless that double lies just between two floats, or the float is subnormal.
    @inline(__always)
    func float(in bytes: UnsafeBufferPointer<UInt8>) -> Float {
        let value = double(in: bytes)
        let isBetween = value.bitPattern & 0x1fff_ffff == 0x1000_0000
        if isBetween || (value.magnitude < 0x1p-126 && value != 0) {
            return Float(String(decoding: bytes[range], as: UTF8.self)) ?? .infinity
        }
        return Float(value)
    }
}

extension JSONReader {
    /// Reads a number.
    @inline(__always)
    mutating func number() throws(JSONFault) -> ScannedNumber {
        _ = peek()
        let start = position
        let end = bytes.count
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        var truncated = false
        var plain = true
        let negative = position < end && bytes[position] == UInt8(ascii: "-")
        if negative { position += 1 }

        let integerStart = position
        while position < end, case let digit = bytes[position] &- 48, digit < 10 {
            Self.add(digit, &mantissa, &digits, &truncated) ? () : (exponent += 1)
            position += 1
        }
        let integerDigits = position - integerStart
        guard integerDigits > 0 else { throw fault("expected a number") }
        if integerDigits > 1, bytes[integerStart] == 48 { throw fault("a number with a leading zero") }

        if position < end, bytes[position] == UInt8(ascii: ".") {
            plain = false
            position += 1
            let fractionStart = position
            while position < end, case let digit = bytes[position] &- 48, digit < 10 {
                if Self.add(digit, &mantissa, &digits, &truncated) { exponent -= 1 }
                position += 1
            }
            guard position > fractionStart else { throw fault("expected a digit after the point") }
        }
        if position < end, bytes[position] | 32 == UInt8(ascii: "e") {
            plain = false
            position += 1
            exponent += try writtenExponent()
        }
        return ScannedNumber(
            isNegative: negative, mantissa: mantissa, exponent: exponent, isTruncated: truncated, isPlainInteger: plain,
            range: start..<position)
    }

    /// Adds a digit to the mantissa; false when it holds all the digits it can.
    @inline(__always)
    private static func add(_ digit: UInt8, _ mantissa: inout UInt64, _ digits: inout Int, _ truncated: inout Bool) -> Bool {
        guard digits < 19 else {
            truncated = truncated || digit != 0
            return false
        }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        if mantissa != 0 { digits += 1 }
        return true
    }

    private mutating func writtenExponent() throws(JSONFault) -> Int {
        var negative = false
        if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
            negative = bytes[position] == UInt8(ascii: "-")
            position += 1
        }
        let start = position
        var value = 0
        while position < bytes.count, case let digit = bytes[position] &- 48, digit < 10 {
            value = min(value * 10 + Int(digit), 100_000)
            position += 1
        }
        guard position > start else { throw fault("expected a digit after the exponent") }
        return negative ? -value : value
    }
}
