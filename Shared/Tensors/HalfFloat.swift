/// IEEE 754 binary16, as bits: Swift's own type is not on every platform.
public enum HalfFloat {
    static func float(bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 0x1f)
        let fraction = UInt32(bits & 0x3ff)
        switch (exponent, fraction) {
        case (0, _): return Float(fraction) * 0x1p-24 * (sign == 0 ? 1 : -1)
        case (31, _): return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The nearest half, ties to even; beyond its range an infinity.
    public static func bits(_ value: Double) -> UInt16 {
        let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
        let magnitude = abs(value)
        if magnitude.isNaN { return sign | 0x7e00 }
        if magnitude >= 65_520 { return sign | 0x7c00 }
        if magnitude < 0x1p-14 { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
        let exponent = Int(magnitude.exponent)
        let scaled = (magnitude / Double(sign: .plus, exponent: exponent, significand: 1) * 1024).rounded(.toNearestOrEven)
        return sign | UInt16((exponent + 14) << 10) &+ UInt16(scaled)
    }
}
