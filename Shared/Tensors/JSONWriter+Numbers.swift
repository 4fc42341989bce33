extension JSONWriter {
    /// Most bytes of a whole number: 20 digits, or 19 and a sign.
    static let longestInteger = 20
    /// Most bytes of a float: sign, nine digits, point, and an exponent of two digits; or nine digits after six zeroes.
    static let longestFloat = 24

    public mutating func integer(_ value: some FixedWidthInteger) {
        var end = room(Self.longestInteger)
        Self.write(value, &end)
        advance(to: end)
    }

    /// The shortest digits that read back as the same float. JSON has no NaN and no infinity: they are written as null.
    public mutating func float(_ value: Float) {
        var end = room(Self.longestFloat)
        Self.write(value, &end)
        advance(to: end)
    }

    /// The shortest digits that read back as the same double; not finite is null.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return raw("null") }
        if value.magnitude < 1e15, value == value.rounded(.towardZero), !(value == 0 && value.sign == .minus) {
            integer(Int64(value))
        } else {
            string(unquoted: value.description)
        }
    }

    private mutating func string(unquoted text: String) {
        var text = text
        text.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    static func write(_ value: some FixedWidthInteger, _ end: inout UnsafeMutablePointer<UInt8>) {
        if value < 0 { put(UInt8(ascii: "-"), &end) }
        write(digits: UInt64(truncatingIfNeeded: value.magnitude), &end)
    }

    @inline(__always)
    private static func write(digits value: UInt64, _ end: inout UnsafeMutablePointer<UInt8>) {
        let length = value < 10 ? 1 : digitCount(value)
        var rest = value
        var place = end + length
        while rest >= 100 {
            let pair = Int(rest % 100)
            rest /= 100
            place -= 2
            pairs.utf8Start.withMemoryRebound(to: UInt8.self, capacity: 200) { place.update(from: $0 + 2 * pair, count: 2) }
        }
        if rest >= 10 {
            place[-1] = 48 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            place -= 1
        }
        place[-1] = 48 + UInt8(truncatingIfNeeded: rest)
        end += length
    }

    @inline(__always)
    private static func digitCount(_ value: UInt64) -> Int {
        var length = 1
        var bound: UInt64 = 10
        while value >= bound {
            length += 1
            if length == 20 { break }
            bound &*= 10
        }
        return length
    }

    private static let pairs: StaticString =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

    @inline(__always)
    static func write(_ value: Float, _ end: inout UnsafeMutablePointer<UInt8>) {
        let magnitude = value.magnitude
        if magnitude < 1e7 {
            // Whole numbers are common: pixels, counts, ids.
            let whole = Int32(value)
            if Float(whole) == value, whole != 0 || value.sign == .plus { return write(whole, &end) }
        } else if !magnitude.isFinite {
            for byte in [UInt8(ascii: "n"), UInt8(ascii: "u"), UInt8(ascii: "l"), UInt8(ascii: "l")] { put(byte, &end) }
            return
        }
        if value.sign == .minus { put(UInt8(ascii: "-"), &end) }
        if magnitude == 0 {
            for byte in [UInt8(ascii: "0"), UInt8(ascii: "."), UInt8(ascii: "0")] { put(byte, &end) }
            return
        }
        write(shortest: ShortestFloat(magnitude), &end)
    }

    @inline(__always)
    private static func write(shortest: ShortestFloat, _ end: inout UnsafeMutablePointer<UInt8>) {
        var digits = UInt64(shortest.digits)
        var exponent = shortest.exponent
        while digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        let length = digits < 10 ? 1 : digitCount(digits)
        let point = length + exponent
        if exponent >= 0 && point <= 10 {
            write(digits: digits, &end)
            for _ in 0..<exponent { put(48, &end) }
        } else if point > 0 && point < length {
            write(digits: digits, &end)
            // The digits behind the point move up by one.
            for index in 0..<(length - point) { end[-index] = end[-index - 1] }
            end[point - length] = UInt8(ascii: ".")
            end += 1
        } else if point <= 0 && point > -6 {
            put(48, &end)
            put(UInt8(ascii: "."), &end)
            for _ in 0..<(-point) { put(48, &end) }
            write(digits: digits, &end)
        } else {
            write(scientific: digits, length, point - 1, &end)
        }
    }

    private static func write(scientific digits: UInt64, _ length: Int, _ exponent: Int, _ end: inout UnsafeMutablePointer<UInt8>) {
        let start = end
        write(digits: digits, &end)
        if length > 1 {
            for index in 0..<(length - 1) { end[-index] = end[-index - 1] }
            start[1] = UInt8(ascii: ".")
            end += 1
        }
        put(UInt8(ascii: "e"), &end)
        put(UInt8(ascii: exponent < 0 ? "-" : "+"), &end)
        write(digits: UInt64(exponent.magnitude), &end)
    }
}
