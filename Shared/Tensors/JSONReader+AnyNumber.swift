extension JSONReader {
    /// Reads a number byte by byte, as long as it is, and says what is wrong with it.
    @inline(never)
    mutating func anyNumber() throws(JSONFault) -> ScannedNumber {
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
            if !Self.add(digit, &mantissa, &digits, &truncated) { exponent += 1 }
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

    /// Adds a digit to the mantissa; false when it holds all the digits it can: 19, or the 20 of the largest UINT64.
    @inline(__always)
    private static func add(_ digit: UInt8, _ mantissa: inout UInt64, _ digits: inout Int, _ truncated: inout Bool) -> Bool {
        let (tens, isTooLarge) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, isBeyond) = tens.addingReportingOverflow(UInt64(digit))
        guard digits < 20, !truncated, !isTooLarge, !isBeyond else {
            // No digit may be left out in the middle: from here on they only count by their place.
            digits = 20
            truncated = truncated || digit != 0
            return false
        }
        mantissa = sum
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
