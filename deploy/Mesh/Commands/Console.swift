import Contracts
import Foundation

/// What commands write: results on standard output, progress on standard error.
enum Console {
    static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    static func progress(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    static func say(json value: some Encodable) throws {
        say(String(decoding: try WireJSON.encode(value), as: UTF8.self))
    }

    /// Rows under headings, columns as wide as their widest cell; the columns named are aligned to the right.
    static func table(_ headings: [String], _ rows: [[String]], right: Set<String> = []) -> String {
        let widths = headings.indices.map { column in ([headings] + rows).map { $0[column].count }.max() ?? 0 }
        let lines = ([headings] + rows).map { row in
            row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return right.contains(headings[column]) ? space + row[column] : row[column] + space
            }.joined(separator: "  ")
        }
        return lines.map { $0.replacing(/\s+$/, with: "") }.joined(separator: "\n")
    }
}
