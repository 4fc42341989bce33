/// Rows in the text form of COPY: fields end in a tab, rows in a line feed, and `\N` is NULL.
enum CopyText {
    private static let tab = UInt8(ascii: "\t")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let backslash = UInt8(ascii: "\\")
    /// What follows a backslash, and what it stands for.
    private static let escapes: [(letter: UInt8, byte: UInt8)] = [
        (UInt8(ascii: "b"), 8), (UInt8(ascii: "t"), tab), (UInt8(ascii: "n"), lineFeed), (UInt8(ascii: "v"), 11), (UInt8(ascii: "f"), 12),
        (UInt8(ascii: "r"), 13), (backslash, backslash),
    ]

    static func append(_ fields: [String?], to bytes: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(tab) }
            guard let field else {
                bytes += [backslash, UInt8(ascii: "N")]
                continue
            }
            for byte in field.utf8 {
                if let escape = escapes.first(where: { $0.byte == byte }) {
                    bytes += [backslash, escape.letter]
                } else {
                    bytes.append(byte)
                }
            }
        }
        bytes.append(lineFeed)
    }

    /// The fields of a row, with or without its line feed.
    static func fields(_ row: some BidirectionalCollection<UInt8>) -> [String?] {
        let line = row.last == lineFeed ? row.dropLast() : row.dropLast(0)
        return line.split(separator: tab, omittingEmptySubsequences: false).map { field in
            if field.elementsEqual([backslash, UInt8(ascii: "N")]) { return nil }
            return String(decoding: plain(field), as: UTF8.self)
        }
    }

    private static func plain(_ field: some Sequence<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in field {
            if isEscaped {
                bytes.append(escapes.first { $0.letter == byte }?.byte ?? byte)
                isEscaped = false
            } else if byte == backslash {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
