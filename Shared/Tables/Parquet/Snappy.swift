/// Reads blocks in the Snappy format.
///
/// Source: google/snappy, format_description.txt.
enum Snappy {
    /// Writes the content of a block, which fills the memory given. Throws where the block does not hold just that.
    static func decompress(_ block: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer) throws(ParquetIrregularity) {
        var place = 0
        guard try length(block, &place) == output.count, let target = output.baseAddress, let source = block.baseAddress else {
            if output.isEmpty, place == block.count { return }
            throw ParquetIrregularity()
        }
        var written = 0
        while place < block.count {
            let tag = block[place]
            place += 1
            if tag & 3 == 0 {
                let count = try literal(tag, block, &place)
                guard count <= block.count - place, count <= output.count - written else { throw ParquetIrregularity() }
                (target + written).copyMemory(from: source + place, byteCount: count)
                place += count
                written += count
            } else {
                let (count, distance) = try copy(tag, block, &place)
                guard distance > 0, distance <= written, count <= output.count - written else { throw ParquetIrregularity() }
                repeatBytes(target + written, distance, count)
                written += count
            }
        }
        guard written == output.count else { throw ParquetIrregularity() }
    }

    private static func length(_ block: UnsafeRawBufferPointer, _ place: inout Int) throws(ParquetIrregularity) -> Int {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) where place < block.count {
            let byte = Int(block[place])
            place += 1
            value |= (byte & 127) << shift
            if byte < 128 { return value }
        }
        throw ParquetIrregularity()
    }

    private static func literal(_ tag: UInt8, _ block: UnsafeRawBufferPointer, _ place: inout Int) throws(ParquetIrregularity) -> Int {
        let short = Int(tag >> 2)
        guard short >= 60 else { return short + 1 }
        return try number(short - 59, block, &place) + 1
    }

    private static func copy(
        _ tag: UInt8, _ block: UnsafeRawBufferPointer, _ place: inout Int
    ) throws(ParquetIrregularity) -> (count: Int, distance: Int) {
        if tag & 3 == 1 { return (Int(tag >> 2 & 7) + 4, Int(tag >> 5) << 8 | (try number(1, block, &place))) }
        return (Int(tag >> 2) + 1, try number(tag & 3 == 2 ? 2 : 4, block, &place))
    }

    private static func number(_ bytes: Int, _ block: UnsafeRawBufferPointer, _ place: inout Int) throws(ParquetIrregularity) -> Int {
        guard bytes <= block.count - place else { throw ParquetIrregularity() }
        defer { place += bytes }
        return (0..<bytes).reduce(0) { $0 | Int(block[place + $1]) << (8 * $1) }
    }

    /// Copies what was written a distance before; what is copied may be copied again.
    private static func repeatBytes(_ target: UnsafeMutableRawPointer, _ distance: Int, _ count: Int) {
        if distance >= count { return target.copyMemory(from: target - distance, byteCount: count) }
        for index in 0..<count {
            target.storeBytes(of: (target - distance).load(fromByteOffset: index, as: UInt8.self), toByteOffset: index, as: UInt8.self)
        }
    }
}
