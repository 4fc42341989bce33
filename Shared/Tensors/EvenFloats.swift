/// Numbers that are written one like the other: a digit, a point, so many decimals, a comma, maybe a blank. As long as they are, it is
/// known where the next one begins before this one was read, and the processor works on several at once.
struct EvenFloats {
    /// Bytes from the start of a number to that of the next.
    let stride: Int
    /// Bits that say what a byte is, and what they are.
    private let kinds: UInt64
    private let kindsWanted: UInt64
    /// The same of digits to which 6 was added: the upper half of 0...9 stays what it is.
    private let digits: UInt64
    private let digitsWanted: UInt64
    private let shift: UInt64
    private let scale: UInt64
    private let power: Double

    /// The form of a number that was read, with what follows it; nil when it is another, or takes more than eight bytes.
    init?(like start: UnsafePointer<UInt8>, length: Int) {
        guard length >= 4, length <= 8, start[1] == UInt8(ascii: "."), start[0] != UInt8(ascii: "-") else { return nil }
        let isBlank = start[length - 1] == 32
        let decimals = isBlank ? length - 4 : length - 3
        guard decimals > 0 else { return nil }
        stride = length
        let places = (UInt64.max >> UInt64(64 - 8 * decimals)) << 16 | 0xff
        digits = places & 0xf0f0_f0f0_f0f0_f0f0
        digitsWanted = places & 0x3030_3030_3030_3030
        let end = UInt64(16 + 8 * decimals)
        kinds = digits | 0xff00 | (isBlank ? 0xffff : 0xff) << end
        kindsWanted = digitsWanted | 0x2e00 | (isBlank ? 0x202c : 0x2c) << end
        shift = UInt64(64 - 8 * decimals)
        scale = DigitWord.scales[decimals]
        power = 1 / Double(scale)
    }

    /// Reads numbers of the form; gives how many, of at most `room`.
    @inline(__always)
    func read(_ start: UnsafePointer<UInt8>, until last: UnsafePointer<UInt8>, into memory: UnsafeMutablePointer<Float>, room: Int) -> Int {
        var place = UnsafeRawPointer(start)
        let last = UnsafeRawPointer(last)
        var count = 0
        while count < room, place <= last {
            let word = UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
            guard holds(word) else { break }
            memory[count] = value(word)
            count &+= 1
            place += stride
        }
        return count
    }

    @inline(__always)
    private func holds(_ word: UInt64) -> Bool {
        ((word & kinds) ^ kindsWanted) | (((word &+ 0x0606_0606_0606_0606) & digits) ^ digitsWanted) == 0
    }

    /// At most six digits, five of them decimals. The middle between two floats has 25 bits, so no such fraction is one, and none lies
    /// nearer to one than 2^-42 of its value: the roundings of power and product, each 2^-53, do not carry it over.
    @inline(__always)
    private func value(_ word: UInt64) -> Float {
        var sum = (word >> 16 & 0x0f0f_0f0f_0f0f_0f0f) &<< shift
        sum = (sum &* 2561) >> 8 & 0x00ff_00ff_00ff_00ff
        sum = (sum &* 6_553_601) >> 16 & 0x0000_ffff_0000_ffff
        sum = (sum &* 42_949_672_960_001) >> 32
        return Float(Double(Int64(bitPattern: (word & 15) &* scale &+ sum)) * power)
    }
}
