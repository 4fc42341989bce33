/// A JSON number as its digits: converted once its type is known, so that 64-bit integers never pass through a double.
struct ScannedNumber {
    let isNegative: Bool
    /// Up to 20 significant digits.
    let mantissa: UInt64
    /// Power of ten that the mantissa is multiplied with.
    let exponent: Int
    /// More significant digits were there than the mantissa holds.
    let isTruncated: Bool
    /// Neither fraction nor exponent.
    let isPlainInteger: Bool
    let range: Range<Int>

    /// The exact whole number; nil when it is none or does not fit.
    @inline(__always)
    func integer<T: FixedWidthInteger>(as type: T.Type) -> T? {
        if isPlainInteger, !isTruncated, exponent == 0 {
            if !isNegative { return T(exactly: mantissa) }
            if mantissa <= UInt64(Int64.max) { return T(exactly: -Int64(mantissa)) }
        }
        return scaledInteger(as: type)
    }

    private func scaledInteger<T: FixedWidthInteger>(as type: T.Type) -> T? {
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
        if !isTruncated, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
            let power = Self.powers[Self.highestPower + abs(exponent)]
            let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            return isNegative ? -value : value
        }
        return exactDouble(in: bytes)
    }

    /// The nearest float, rounded once.
    @inline(__always)
    func float(in bytes: UnsafeBufferPointer<UInt8>) -> Float {
        guard exponent >= -Self.highestPower, exponent <= Self.highestPower, mantissa <= UInt64(Int64.max) else {
            return exactFloat(in: bytes)
        }
        guard let value = Self.clearFloat(mantissa, exponent: exponent) else {
            return mantissa == 0 ? (isNegative ? -0.0 : 0) : exactFloat(in: bytes)
        }
        return isNegative ? -value : value
    }

    /// The float nearest to mantissa x 10^exponent, for a mantissa below 2^63 and an exponent from -64 to 64; nil where it takes more
    /// care to find.
    ///
    /// Three roundings, of the mantissa, the power and the product, leave a double within 3 units in the last place of the true
    /// value. It rounds to the right float unless the middle between two floats may lie in between, or the float is subnormal.
    @inline(__always)
    static func clearFloat(_ mantissa: UInt64, exponent: Int) -> Float? {
        let value = Double(Int64(bitPattern: mantissa)) * powers[highestPower &+ exponent]
        let tail = value.bitPattern & 0x1fff_ffff
        let isClear = tail &+ margin < 0x1000_0000 || tail > 0x1000_0000 &+ margin
        guard isClear, value >= 0x1p-126, value < 0x1.fffffep127 else { return nil }
        return Float(value)
    }

    private static let margin: UInt64 = 8

    @inline(never)
    private func exactDouble(in bytes: UnsafeBufferPointer<UInt8>) -> Double {
        Double(String(decoding: bytes[range], as: UTF8.self)) ?? .infinity
    }

    @inline(never)
    private func exactFloat(in bytes: UnsafeBufferPointer<UInt8>) -> Float {
        Float(String(decoding: bytes[range], as: UTF8.self)) ?? .infinity
    }

    private static let highestPower = 64

    /// The doubles nearest to 10^-64 ... 10^64; up to 10^22 they are exact.
    private static let powers: [Double] = [
        1e-64, 1e-63, 1e-62, 1e-61, 1e-60, 1e-59, 1e-58, 1e-57, 1e-56, 1e-55, 1e-54, 1e-53, 1e-52, 1e-51, 1e-50, 1e-49,
        1e-48, 1e-47, 1e-46, 1e-45, 1e-44, 1e-43, 1e-42, 1e-41, 1e-40, 1e-39, 1e-38, 1e-37, 1e-36, 1e-35, 1e-34, 1e-33,
        1e-32, 1e-31, 1e-30, 1e-29, 1e-28, 1e-27, 1e-26, 1e-25, 1e-24, 1e-23, 1e-22, 1e-21, 1e-20, 1e-19, 1e-18, 1e-17,
        1e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1,
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31,
        1e32, 1e33, 1e34, 1e35, 1e36, 1e37, 1e38, 1e39, 1e40, 1e41, 1e42, 1e43, 1e44, 1e45, 1e46, 1e47,
        1e48, 1e49, 1e50, 1e51, 1e52, 1e53, 1e54, 1e55, 1e56, 1e57, 1e58, 1e59, 1e60, 1e61, 1e62, 1e63,
        1e64,
    ]
}
