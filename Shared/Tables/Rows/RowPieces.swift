import Contracts
import Foundation

/// A file of texts with large rows, cut into small files of a few rows each: the table engine reads two thousand rows at once, and takes
/// many times the bytes of each.
public struct RowPieces {
    /// Bytes from which on a row is large.
    private static let largeRow = 16 << 10
    /// A piece ends with the row that reaches so many bytes.
    private static let pieceBytes = 3 << 20
    private static let block = 1 << 20

    private let input: FileHandle
    private let format: TableFormat
    /// First line of a CSV file, which every piece begins with.
    private var head: [UInt8] = []
    private var rest: [UInt8] = []
    private var isAtEnd = false

    /// Nil for a file whose rows are small, or which is none of texts.
    public init?(_ file: URL, format: TableFormat) throws {
        guard format != .parquet else { return nil }
        input = try FileHandle(forReadingFrom: file)
        self.format = format
        guard try Self.hasLargeRow(input, format) else {
            try input.close()
            return nil
        }
        try input.seek(toOffset: 0)
        if format == .csv { head = try row() ?? [] }
    }

    /// Writes the next rows as a file; false when there are none left.
    public mutating func next(to file: URL) throws -> Bool {
        var piece = head
        while piece.count < head.count + Self.pieceBytes, let row = try row() { piece += row }
        guard piece.count > head.count else {
            try input.close()
            return false
        }
        try Data(piece).write(to: file)
        return true
    }

    /// The next row with its line's end.
    private mutating func row() throws -> [UInt8]? {
        var scan = RowScan(format)
        var searched = 0
        while true {
            if let end = rest[searched...].withUnsafeBytes({ scan.end(of: $0) }) {
                let row = Array(rest[..<(searched + end)])
                rest.removeFirst(searched + end)
                return row
            }
            searched = rest.count
            guard !isAtEnd, let more = try input.read(upToCount: Self.block), !more.isEmpty else {
                isAtEnd = true
                defer { rest = [] }
                return rest.isEmpty ? nil : rest
            }
            rest += more
        }
    }

    private static func hasLargeRow(_ input: FileHandle, _ format: TableFormat) throws -> Bool {
        var scan = RowScan(format)
        var length = 0
        while let data = try input.read(upToCount: block), !data.isEmpty {
            let isLarge = data.withUnsafeBytes { bytes in
                var start = 0
                while let end = scan.end(of: UnsafeRawBufferPointer(rebasing: bytes[start...])) {
                    if length + end > largeRow { return true }
                    (length, start) = (0, start + end)
                }
                length += bytes.count - start
                return length > largeRow
            }
            if isLarge { return true }
        }
        return false
    }
}

/// Finds the ends of rows: line feeds, in CSV only those outside of quotes.
private struct RowScan {
    private let isQuoting: Bool
    private var isQuoted = false

    init(_ format: TableFormat) { isQuoting = format == .csv }

    /// The place behind the end of the row at hand; nil when it goes on.
    mutating func end(of bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress else { return nil }
        guard isQuoting else {
            guard let feed = memchr(start, 10, bytes.count) else { return nil }
            return UnsafeRawPointer(feed) - start + 1
        }
        for index in 0..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case 10 where !isQuoted: return index + 1
            default: break
            }
        }
        return nil
    }
}
