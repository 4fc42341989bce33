import Foundation

/// Puts Parquet files of the same columns together: the pages are copied as they are, and one footer says where they lie now. Joining costs
/// what copying costs.
///
/// Source: apache/parquet-format, README.md (layout) and parquet.thrift (numbers of the members).
public enum ParquetJoin {
    private static let mark = Array("PAR1".utf8)
    private static let piece = 1 << 20

    /// Writes the rows of all files, in order, as one file. Throws ``TableError`` when they differ in their columns.
    public static func join(_ parts: [URL], to file: URL) throws {
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        let output = try FileHandle(forWritingTo: file)
        defer { try? output.close() }
        try output.write(contentsOf: mark)
        var place = mark.count
        var joined: CompactThrift?
        for part in parts {
            let input = try FileHandle(forReadingFrom: part)
            defer { try? input.close() }
            let (footer, end) = try footer(of: input)
            let moved = moved(footer, by: Int64(place - mark.count))
            joined = try joined.map { try appended($0, moved) } ?? moved
            place += try copy(from: input, mark.count..<end, to: output)
        }
        guard let joined else { throw TableError(.content, "there is no part to join") }
        let bytes = joined.encoded
        let length = withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { Array($0) }
        try output.write(contentsOf: bytes + length + mark)
    }

    /// A file's footer, and where it begins.
    private static func footer(of input: FileHandle) throws -> (footer: CompactThrift, start: Int) {
        let size = Int(try input.seekToEnd())
        guard size >= 12 else { throw TableError(.content, "a part is no Parquet file") }
        try input.seek(toOffset: UInt64(size - 8))
        let tail = [UInt8](try input.read(upToCount: 8) ?? Data())
        let length = tail.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard tail.suffix(4) == mark[...], length <= size - 12 else { throw TableError(.content, "a part is no Parquet file") }
        try input.seek(toOffset: UInt64(size - 8 - length))
        var reader = CompactThriftReader([UInt8](try input.read(upToCount: length) ?? Data()))
        return (try reader.structure(), size - 8 - length)
    }

    /// Row groups of the second behind those of the first.
    private static func appended(_ first: CompactThrift, _ second: CompactThrift) throws(TableError) -> CompactThrift {
        guard first[2] == second[2], case .list(let type, let own)? = first[4], let other = second[4]?.listValue else {
            throw TableError(.content, "the parts differ in their columns")
        }
        var joined = first
        joined[3] = .integer((first[3]?.integerValue ?? 0) + (second[3]?.integerValue ?? 0))
        let numbered = other.enumerated().map { index, group in
            var group = group
            if group[7] != nil { group[7] = .integer(Int64(own.count + index)) }
            return group
        }
        joined[4] = .list(type: type, own + numbered)
        return joined
    }

    /// A footer whose pages lie further behind.
    private static func moved(_ footer: CompactThrift, by distance: Int64) -> CompactThrift {
        var moved = footer
        moved[4] = footer[4]?.mapped { group in
            var group = shifted(group, [5], distance)
            group[1] = group[1]?.mapped { chunk in
                var chunk = shifted(chunk, [2, 4, 6], distance)
                chunk[3] = chunk[3].map { shifted($0, [9, 10, 11, 14], distance) }
                return chunk
            }
            return group
        }
        return moved
    }

    private static func shifted(_ value: CompactThrift, _ ids: [Int], _ distance: Int64) -> CompactThrift {
        var value = value
        // Writers that leave a place open write 0 there.
        for id in ids { if let place = value[id]?.integerValue, place > 0 { value[id] = .integer(place + distance) } }
        return value
    }

    private static func copy(from input: FileHandle, _ range: Range<Int>, to output: FileHandle) throws -> Int {
        try input.seek(toOffset: UInt64(range.lowerBound))
        var left = range.count
        while left > 0, let data = try input.read(upToCount: min(left, piece)), !data.isEmpty {
            try output.write(contentsOf: data)
            left -= data.count
        }
        guard left == 0 else { throw CocoaError(.fileReadUnknown) }
        return range.count
    }
}
