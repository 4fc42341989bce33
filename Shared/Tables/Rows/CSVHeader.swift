import Foundation

/// Names of the columns of a CSV file, read from its first record.
enum CSVHeader {
    /// Longest first record in bytes.
    private static let longest = 4 << 20

    static func names(of file: URL) throws -> [String] {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var bytes = [UInt8](try handle.read(upToCount: longest) ?? Data())
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
        let names = try names(in: bytes)
        guard !names.isEmpty else { throw TableError(.content, "the file is empty: its first line names the columns") }
        if let index = names.firstIndex(where: \.isEmpty) { throw TableError(.content, "line 1: column \(index + 1) has no name") }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0.lowercased()).inserted }) {
            throw TableError(.content, "line 1: column \(twice) is there twice")
        }
        return names
    }

    private static func names(in bytes: [UInt8]) throws(TableError) -> [String] {
        var names: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = 0
        let (quote, comma, newline, carriage) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        while index < bytes.count, isQuoted || (bytes[index] != newline && bytes[index] != carriage) {
            let byte = bytes[index]
            index += 1
            if isQuoted, byte == quote, index < bytes.count, bytes[index] == quote {
                field.append(quote)
                index += 1
            } else if byte == quote {
                isQuoted.toggle()
            } else if byte == comma, !isQuoted {
                names.append(String(decoding: field, as: UTF8.self))
                field = []
            } else {
                field.append(byte)
            }
        }
        guard !isQuoted, index < longest else { throw TableError(.content, "line 1: the names of the columns do not end") }
        return index == 0 ? [] : names + [String(decoding: field, as: UTF8.self)]
    }
}
