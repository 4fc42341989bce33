/// The header of a page, as far as lists of numbers need it.
///
/// Source: apache/parquet-format, parquet.thrift (PageHeader).
struct ParquetPage {
    enum Kind {
        case dictionary
        /// Levels, each behind its length, and values, compressed as one.
        case first
        /// Levels of these lengths, not compressed; then values.
        case second(repetition: Int, definition: Int, isCompressed: Bool)
    }

    let kind: Kind
    let values: Int
    /// PLAIN, PLAIN_DICTIONARY or RLE_DICTIONARY, or one that is not read here.
    let encoding: Int
    let headerBytes: Int
    let compressed: Int
    let uncompressed: Int

    /// Throws for a page of another kind, as one of an index.
    init(_ bytes: [UInt8]) throws(ParquetIrregularity) {
        var reader = CompactThriftReader(bytes)
        guard let header = try? reader.structure(), let type = header[1]?.integerValue, let uncompressed = header[2]?.integerValue,
            let compressed = header[3]?.integerValue, (0...(1 << 30)).contains(uncompressed), (0...(1 << 30)).contains(compressed)
        else { throw ParquetIrregularity() }
        headerBytes = reader.place
        (self.compressed, self.uncompressed) = (Int(compressed), Int(uncompressed))
        let members: CompactThrift?
        switch type {
        case 0: (kind, members) = (.first, header[5])
        case 2: (kind, members) = (.dictionary, header[7])
        case 3:
            members = header[8]
            let isCompressed = members?[7] != .bool(false)
            guard let repetition = members?[6]?.integerValue, let definition = members?[5]?.integerValue, repetition >= 0, definition >= 0,
                repetition + definition <= compressed, repetition + definition <= uncompressed
            else { throw ParquetIrregularity() }
            kind = .second(repetition: Int(repetition), definition: Int(definition), isCompressed: isCompressed)
        default: throw ParquetIrregularity()
        }
        guard let values = members?[1]?.integerValue, let encoding = members?[type == 3 ? 4 : 2]?.integerValue, values >= 0 else {
            throw ParquetIrregularity()
        }
        (self.values, self.encoding) = (Int(values), Int(encoding))
    }
}
