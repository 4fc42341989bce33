/// Eight bytes of text as one word, first byte lowest: their digits are counted and added up at once.
struct DigitWord {
    /// How many of the bytes are digits before the first that is none.
    let count: Int
    private let word: UInt64

    @inline(__always)
    init(_ start: UnsafePointer<UInt8>) {
        word = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
        // 0x30...0x39: the upper half is 3, and stays so when 6 is added.
        let threes: UInt64 = 0x3030_3030_3030_3030
        let upper: UInt64 = 0xf0f0_f0f0_f0f0_f0f0
        let others = ((word & upper) ^ threes) | (((word &+ 0x0606_0606_0606_0606) & upper) ^ threes)
        count = others == 0 ? 8 : others.trailingZeroBitCount >> 3
    }

    /// The number that the digits are; 0 for none.
    @inline(__always)
    var value: UInt64 {
        // Zeroes come in front, then neighbours are added up: pairs, fours, all eight. Two shifts, since none is by 64 bits.
        let half = UInt64(truncatingIfNeeded: 32 &- 4 &* count)
        var sum = ((word & 0x0f0f_0f0f_0f0f_0f0f) &<< half) &<< half
        sum = (sum &* 2561) >> 8 & 0x00ff_00ff_00ff_00ff
        sum = (sum &* 6_553_601) >> 16 & 0x0000_ffff_0000_ffff
        return (sum &* 42_949_672_960_001) >> 32
    }

    @inline(__always)
    var scale: UInt64 { Self.scales[count] }

    static let scales: [UInt64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
}

extension JSONReader {
    /// Bytes that must lie ahead for the quick way, which reads in words and never looks for the end.
    static let quickReach = 48

    /// Reads a number.
    @inline(__always)
    mutating func number() throws(JSONFault) -> ScannedNumber {
        _ = peek()
        if bytes.count - position >= Self.quickReach, let number = quickNumber() { return number }
        return try anyNumber()
    }

    /// Reads a number of at most 18 digits; nil for a longer one, and for what is none.
    @inline(__always)
    private mutating func quickNumber() -> ScannedNumber? {
        guard let base = bytes.baseAddress else { return nil }
        var place = base + position
        let isNegative = place.pointee == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let first = place
        var digits = 0
        var mantissa: UInt64 = 0
        guard Self.add(&place, &mantissa, &digits), digits > 0, digits == 1 || first.pointee != 48 else { return nil }
        let whole = digits
        let isFraction = place.pointee == UInt8(ascii: ".")
        if isFraction {
            place += 1
            guard Self.add(&place, &mantissa, &digits), digits > whole else { return nil }
        }
        var exponent = whole &- digits
        let isScaled = place.pointee | 32 == UInt8(ascii: "e")
        if isScaled {
            guard let written = Self.exponent(&place) else { return nil }
            exponent &+= written
        }
        let start = position
        position = place - base
        return ScannedNumber(
            isNegative: isNegative, mantissa: mantissa, exponent: exponent, isTruncated: false,
            isPlainInteger: !isFraction && !isScaled, range: start..<position)
    }

    /// Adds the digits that come next; false when there are more than 18 in all.
    @inline(__always)
    private static func add(_ place: inout UnsafePointer<UInt8>, _ mantissa: inout UInt64, _ digits: inout Int) -> Bool {
        while true {
            let word = DigitWord(place)
            guard digits &+ word.count <= 18 else { return false }
            mantissa = mantissa &* word.scale &+ word.value
            digits &+= word.count
            place += word.count
            if word.count < 8 { return true }
        }
    }

    /// An exponent of up to three digits.
    @inline(__always)
    private static func exponent(_ place: inout UnsafePointer<UInt8>) -> Int? {
        place += 1
        let isNegative = place.pointee == UInt8(ascii: "-")
        if isNegative || place.pointee == UInt8(ascii: "+") { place += 1 }
        let word = DigitWord(place)
        guard word.count >= 1, word.count <= 3 else { return nil }
        place += word.count
        let value = Int(word.value)
        return isNegative ? -value : value
    }
}
