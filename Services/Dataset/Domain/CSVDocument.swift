import Contracts

/// Comma-separated values by RFC 4180: a header, then records; quotes, quoted line breaks, CRLF and a byte order mark are known.
struct CSVDocument {
    /// One record with the line on which it begins.
    struct Record {
        let line: Int
        let fields: [String]
    }

    let header: [String]
    let records: [Record]

    /// Throws a problem that names the line.
    init(_ bytes: [UInt8]) throws(Problem) {
        var scanner = CSVScanner(bytes)
        guard let first = try scanner.next(), first.fields != [""] else {
            throw Problem(.malformed, "The file is empty; its first line names the columns.")
        }
        header = first.fields
        var seen = Set<String>()
        for name in header where name.isEmpty || !seen.insert(name).inserted {
            throw Problem(.malformed, "Line 1: \(name.isEmpty ? "a column has no name" : "two columns have the name “\(name)”").")
        }
        var records: [Record] = []
        while let record = try scanner.next() {
            // An empty line, as at the end of a file.
            if record.fields == [""] { continue }
            guard record.fields.count == header.count else {
                throw Problem(.malformed, "Line \(record.line) has \(record.fields.count) fields, the header \(header.count).")
            }
            records.append(record)
        }
        self.records = records
    }
}

/// Takes records off the bytes of a CSV file.
private struct CSVScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func next() throws(Problem) -> CSVDocument.Record? {
        guard position < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field(start))
            guard position < bytes.count else { break }
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: ",") { continue }
            if byte == UInt8(ascii: "\r"), position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
            line += 1
            break
        }
        return CSVDocument.Record(line: start, fields: fields)
    }

    /// One field; the position is then at a comma, a line's end or the end.
    private mutating func field(_ start: Int) throws(Problem) -> String {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quoted(start) }
        let begin = position
        while position < bytes.count, !Self.isEnd(bytes[position]) {
            if bytes[position] == UInt8(ascii: "\"") {
                throw Problem(.malformed, "Line \(line): a quote inside of a field that is not quoted.")
            }
            position += 1
        }
        return try text(bytes[begin..<position])
    }

    private mutating func quoted(_ start: Int) throws(Problem) -> String {
        position += 1
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte != UInt8(ascii: "\"") {
                if byte == UInt8(ascii: "\n") { line += 1 }
                content.append(byte)
            } else if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                content.append(byte)
                position += 1
            } else {
                guard position == bytes.count || Self.isEnd(bytes[position]) else {
                    throw Problem(.malformed, "Line \(line): something follows a closing quote.")
                }
                return try text(content[...])
            }
        }
        throw Problem(.malformed, "Line \(start): a quote is never closed.")
    }

    private func text(_ content: ArraySlice<UInt8>) throws(Problem) -> String {
        guard let text = String(validating: content, as: UTF8.self), !content.contains(0) else {
            throw Problem(.malformed, "Line \(line): a text is not UTF-8 or has the character U+0000.")
        }
        return text
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
