import Foundation

/// One column of a Parquet file, read row after row into memory: lists of numbers of one length, every element there.
///
/// For what the format allows beyond that it throws ``ParquetIrregularity``; the table engine reads such rows.
final class ParquetLists {
    /// Bytes behind a page that may be read, though they mean nothing.
    private static let slack = 8
    /// A page's header is no longer, unless it holds long statistics.
    private static let header = 1024

    private let file: Int32
    private let column: ParquetFooter.ListColumn
    /// Elements of a row.
    private let length: Int
    /// The next row.
    private var position = (group: -1, row: 0)
    private var chunk = ParquetFooter.Chunk(start: 0, end: 0, values: 0, codec: 0)
    private var place = 0
    /// Elements of the chunk that lie before the page at hand, and those of the page that were not taken yet.
    private var before = 0
    private var left = 0
    private var values: PageValues?
    private let dictionary = ParquetBuffer()
    private let page = ParquetBuffer()
    private let raw = ParquetBuffer()

    init(file: Int32, column: ParquetFooter.ListColumn, length: Int) {
        self.file = file
        self.column = column
        self.length = length
    }

    /// Goes to a row of a group, unless it is the next one anyway.
    func seek(_ group: Int, _ chunk: ParquetFooter.Chunk, rows: Int, row: Int) throws(ParquetIrregularity) {
        if position == (group, row) { return }
        position = (group, row)
        guard chunk.values == rows * length, chunk.codec < 2 else { throw ParquetIrregularity() }
        self.chunk = chunk
        (place, before, left, values) = (chunk.start, 0, 0, nil)
        dictionary.count = 0
        var skipped = row * length
        while skipped > 0 {
            if left == 0 { try nextPage() }
            let part = min(left, skipped)
            // A page that is left behind whole has had its levels checked: its rows are of one length.
            if part < left { try drop(part) } else { left = 0 }
            skipped -= part
        }
    }

    /// Writes the elements of the next rows.
    func take(rows: Int, to target: UnsafeMutableRawPointer) throws(ParquetIrregularity) {
        var done = 0
        while done < rows * length {
            if left == 0 { try nextPage() }
            let part = min(left, rows * length - done)
            try take(part, to: target + done * size)
            done += part
            left -= part
        }
        position.row += rows
    }

    /// Bytes of an element.
    private var size: Int { column.physicalType == 1 || column.physicalType == 4 ? 4 : 8 }

    private func drop(_ count: Int) throws(ParquetIrregularity) {
        raw.reserve(count * size)
        try take(count, to: raw.base)
        left -= count
    }

    private func take(_ count: Int, to target: UnsafeMutableRawPointer) throws(ParquetIrregularity) {
        if size == 4 {
            try values?.take(count, to: target.assumingMemoryBound(to: UInt32.self), dictionary.entries())
        } else {
            try values?.take(count, to: target.assumingMemoryBound(to: UInt64.self), dictionary.entries())
        }
    }

    private func nextPage() throws(ParquetIrregularity) {
        while left == 0 {
            let header = try nextHeader()
            switch header.kind {
            case .dictionary:
                guard header.encoding == 0 || header.encoding == 2, header.uncompressed == header.values * size else {
                    throw ParquetIrregularity()
                }
                try read(header.compressed, header.uncompressed, isCompressed: true, prefix: 0, to: dictionary)
            case .first: try first(header)
            case .second(let repetition, let definition, let isCompressed):
                try second(header, repetition, definition, isCompressed: isCompressed)
            }
            place += header.compressed
        }
    }

    private func nextHeader() throws(ParquetIrregularity) -> ParquetPage {
        let most = min(Self.header, chunk.end - place)
        guard most > 0 else { throw ParquetIrregularity() }
        var bytes = [UInt8](repeating: 0, count: most)
        guard pread(file, &bytes, most, place) == most else { throw ParquetIrregularity() }
        let header = try ParquetPage(bytes)
        place += header.headerBytes
        guard header.compressed <= chunk.end - place else { throw ParquetIrregularity() }
        return header
    }

    private func first(_ header: ParquetPage) throws(ParquetIrregularity) {
        try read(header.compressed, header.uncompressed, isCompressed: true, prefix: 0, to: page)
        var rest = page.bytes
        func levels() throws(ParquetIrregularity) -> UnsafeRawBufferPointer {
            guard rest.count >= 4 else { throw ParquetIrregularity() }
            let count = Int(UInt32(littleEndian: rest.loadUnaligned(as: UInt32.self)))
            guard count <= rest.count - 4 else { throw ParquetIrregularity() }
            defer { rest = UnsafeRawBufferPointer(rebasing: rest[(4 + count)...]) }
            return UnsafeRawBufferPointer(rebasing: rest[4..<4 + count])
        }
        let repetition = try levels()
        try begin(header, repetition: repetition, definition: try levels(), values: rest)
    }

    private func second(_ header: ParquetPage, _ repetition: Int, _ definition: Int, isCompressed: Bool) throws(ParquetIrregularity) {
        try read(
            header.compressed, header.uncompressed, isCompressed: isCompressed, prefix: repetition + definition, to: page)
        let bytes = page.bytes
        try begin(
            header, repetition: UnsafeRawBufferPointer(rebasing: bytes[..<repetition]),
            definition: UnsafeRawBufferPointer(rebasing: bytes[repetition..<repetition + definition]),
            values: UnsafeRawBufferPointer(rebasing: bytes[(repetition + definition)...]))
    }

    private func begin(
        _ header: ParquetPage, repetition: UnsafeRawBufferPointer, definition: UnsafeRawBufferPointer, values: UnsafeRawBufferPointer
    ) throws(ParquetIrregularity) {
        try LevelCheck.lists(repetition, length: length, first: before % length, count: header.values)
        try LevelCheck.constant(definition, level: column.presence, count: header.values)
        switch header.encoding {
        case 0: self.values = try PageValues(values, .plain)
        case 2, 8: self.values = try PageValues(values, .dictionary)
        default: throw ParquetIrregularity()
        }
        before += header.values
        left = header.values
    }

    /// Reads a page, whose first bytes are never compressed.
    private func read(
        _ compressed: Int, _ uncompressed: Int, isCompressed: Bool, prefix: Int, to buffer: ParquetBuffer
    ) throws(ParquetIrregularity) {
        buffer.reserve(uncompressed + Self.slack)
        buffer.count = uncompressed
        guard chunk.codec == 1, isCompressed else {
            guard compressed == uncompressed, pread(file, buffer.base, compressed, place) == compressed else { throw ParquetIrregularity() }
            return
        }
        raw.reserve(compressed)
        guard pread(file, raw.base, compressed, place) == compressed else { throw ParquetIrregularity() }
        buffer.base.copyMemory(from: raw.base, byteCount: prefix)
        let rest = UnsafeRawBufferPointer(start: raw.base + prefix, count: compressed - prefix)
        if uncompressed == prefix, rest.isEmpty { return }
        try Snappy.decompress(rest, to: UnsafeMutableRawBufferPointer(start: buffer.base + prefix, count: uncompressed - prefix))
    }
}
