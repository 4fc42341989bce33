/// The values of a page, taken out in order: as they are, or as numbers of a dictionary's entries.
///
/// Source: apache/parquet-format, Encodings.md (PLAIN, RLE_DICTIONARY).
struct PageValues {
    enum Encoding {
        case plain
        case dictionary
    }

    private let bytes: UnsafeRawBufferPointer
    private let encoding: Encoding
    /// Bits of an entry's number.
    private let width: Int
    private var place: Int
    /// What is left of the run at hand.
    private var run = 0
    private var isPacked = false
    /// Of a packed run: the first bit of the next number, from `place` on. Of another: the number.
    private var bit = 0
    private var number = 0
    /// Bytes that the run at hand takes.
    private var runBytes = 0

    /// - Parameter bytes: eight readable bytes lie behind them.
    init(_ bytes: UnsafeRawBufferPointer, _ encoding: Encoding) throws(ParquetIrregularity) {
        self.bytes = bytes
        self.encoding = encoding
        guard encoding == .dictionary else { (width, place) = (0, 0); return }
        guard let first = bytes.first, first <= 32 else { throw ParquetIrregularity() }
        (width, place) = (Int(first), 1)
    }

    /// Writes the next values.
    mutating func take<Value: BitwiseCopyable>(
        _ count: Int, to target: UnsafeMutablePointer<Value>, _ entries: UnsafeBufferPointer<Value>
    ) throws(ParquetIrregularity) {
        guard encoding == .dictionary else { return try copy(count, target) }
        var done = 0
        while done < count {
            if run == 0 { try begin() }
            let part = min(run, count - done)
            if isPacked {
                try unpack(part, target + done, entries)
            } else {
                guard number < entries.count else { throw ParquetIrregularity() }
                (target + done).update(repeating: entries[number], count: part)
            }
            done += part
            run -= part
            if run == 0 { place += runBytes }
        }
    }

    private mutating func copy<Value: BitwiseCopyable>(
        _ count: Int, _ target: UnsafeMutablePointer<Value>
    ) throws(ParquetIrregularity) {
        let size = count * MemoryLayout<Value>.size
        guard size <= bytes.count - place, let source = bytes.baseAddress else { throw ParquetIrregularity() }
        UnsafeMutableRawPointer(target).copyMemory(from: source + place, byteCount: size)
        place += size
    }

    private mutating func begin() throws(ParquetIrregularity) {
        var header = 0
        var shift = 0
        repeat {
            guard place < bytes.count, shift < 35 else { throw ParquetIrregularity() }
            header |= Int(bytes[place] & 127) << shift
            shift += 7
            place += 1
        } while bytes[place - 1] >= 128
        isPacked = header & 1 == 1
        run = isPacked ? header >> 1 * 8 : header >> 1
        runBytes = isPacked ? header >> 1 * width : (width + 7) / 8
        guard run > 0, place < bytes.count || width == 0 else { throw ParquetIrregularity() }
        // The last group may be cut short: numbers beyond the bytes are not asked for.
        if isPacked { run = width == 0 ? run : min(run, (bytes.count - place) * 8 / width) }
        bit = 0
        if !isPacked {
            guard runBytes <= bytes.count - place else { throw ParquetIrregularity() }
            number = (0..<runBytes).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        guard run > 0 else { throw ParquetIrregularity() }
    }

    private mutating func unpack<Value: BitwiseCopyable>(
        _ count: Int, _ target: UnsafeMutablePointer<Value>, _ entries: UnsafeBufferPointer<Value>
    ) throws(ParquetIrregularity) {
        guard !entries.isEmpty, let entry = entries.baseAddress, let source = bytes.baseAddress else { throw ParquetIrregularity() }
        let start = source + place
        // A number beyond the dictionary is read as the last entry, and told at the end: the loop has no branch.
        let last = UInt64(entries.count - 1)
        var largest: UInt64 = 0
        if width == 8, bit & 7 == 0 {
            let numbers = (start + bit >> 3).assumingMemoryBound(to: UInt8.self)
            for index in 0..<count {
                let number = UInt64(numbers[index])
                largest = max(largest, number)
                target[index] = entry[Int(min(number, last))]
            }
        } else {
            let mask = UInt64(1) << UInt64(width) - 1
            var bit = bit
            for index in 0..<count {
                let word = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self))
                let number = word >> UInt64(bit & 7) & mask
                largest = max(largest, number)
                target[index] = entry[Int(min(number, last))]
                bit += width
            }
        }
        bit += count * width
        guard largest <= last else { throw ParquetIrregularity() }
    }
}
