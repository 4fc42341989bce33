/// Whether the levels of a page say that every list has one length and every element is there: then they need not be decoded.
///
/// Levels are runs of one value, and groups of eight packed as bits. Source: apache/parquet-format, Encodings.md.
struct LevelCheck {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Throws unless every level is the same.
    static func constant(_ bytes: UnsafeRawBufferPointer, level: Int, count: Int) throws(ParquetIrregularity) {
        if level == 0 { return }
        let width = Int.bitWidth - level.leadingZeroBitCount
        var check = LevelCheck(bytes)
        var left = count
        while left > 0 {
            let header = try check.varint()
            if header & 1 == 0 {
                guard try Int(check.byte()) == level else { throw ParquetIrregularity() }
                left -= try Self.run(header, left)
            } else {
                left -= try check.packed(groups: header >> 1, width: width, level: level, left: left)
            }
        }
    }

    /// Throws unless an element begins a list where its number is a multiple of the lists' length, and nowhere else.
    ///
    /// - Parameter first: number of the page's first element within a list.
    static func lists(_ bytes: UnsafeRawBufferPointer, length: Int, first: Int, count: Int) throws(ParquetIrregularity) {
        var check = LevelCheck(bytes)
        var (left, position) = (count, first)
        while left > 0 {
            let header = try check.varint()
            if header & 1 == 0 {
                let isInside = try check.byte() == 1
                let run = try Self.run(header, left)
                // Beginnings follow each other only where lists have one element.
                guard isInside ? position > 0 && run <= length - position : position == 0 && (run == 1 || length == 1)
                else { throw ParquetIrregularity() }
                position = length == 1 ? 0 : (position + run) % length
                left -= run
            } else {
                let run = min(left, header >> 1 * 8)
                try check.beginnings(run, length, &position)
                left -= run
            }
        }
    }

    private static func run(_ header: Int, _ left: Int) throws(ParquetIrregularity) -> Int {
        let run = header >> 1
        guard run > 0, run <= left else { throw ParquetIrregularity() }
        return run
    }

    private mutating func beginnings(_ count: Int, _ length: Int, _ position: inout Int) throws(ParquetIrregularity) {
        guard count > 0 else { throw ParquetIrregularity() }
        for start in stride(from: 0, to: count, by: 64) {
            let bits = min(64, count - start)
            var expected = UInt64.max
            var next = position == 0 ? 0 : length - position
            while next < bits {
                expected &= ~(1 << UInt64(next))
                next += length
            }
            position = (position + bits) % length
            let mask = bits == 64 ? UInt64.max : 1 << UInt64(bits) - 1
            guard (try word((bits + 7) / 8) ^ expected) & mask == 0 else { throw ParquetIrregularity() }
        }
    }

    private mutating func packed(groups: Int, width: Int, level: Int, left: Int) throws(ParquetIrregularity) -> Int {
        let count = min(left, groups * 8)
        guard count > 0, groups * width <= bytes.count - place else { throw ParquetIrregularity() }
        var expected: UInt64 = 0
        for index in 0..<(width == 1 ? 8 : 4) { expected |= UInt64(level) << UInt64(index * width) }
        guard width <= 2 else { throw ParquetIrregularity() }
        let bits = count * width
        for index in 0..<(bits / 8) where bytes[place + index] != UInt8(expected) { throw ParquetIrregularity() }
        if bits % 8 > 0 {
            let mask = UInt8(1) << UInt8(bits % 8) - 1
            guard bytes[place + bits / 8] & mask == UInt8(expected) & mask else { throw ParquetIrregularity() }
        }
        place += groups * width
        return count
    }

    private mutating func word(_ count: Int) throws(ParquetIrregularity) -> UInt64 {
        guard count <= bytes.count - place else { throw ParquetIrregularity() }
        defer { place += count }
        if count == 8 { return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }

    private mutating func byte() throws(ParquetIrregularity) -> UInt8 { UInt8(try word(1)) }

    private mutating func varint() throws(ParquetIrregularity) -> Int {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            let next = Int(try byte())
            value |= (next & 127) << shift
            if next < 128 { return value }
        }
        throw ParquetIrregularity()
    }
}
