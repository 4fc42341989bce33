import Contracts
import Foundation

/// A row of a JSON Lines file: what a dataset row has, most of it optional.
struct LocalRow: Decodable {
    let id: String?
    let split: String?
    let input: [String: JSONValue]
    let context: [String: JSONValue]?
    let label: JSONValue?

    /// The rows of a file; a row that says no split is one of test, and one without an id is called by its line.
    static func rows(_ text: String, file: String) throws -> [DatasetRow] {
        var rows: [DatasetRow] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            do {
                let row = try WireJSON.decode(LocalRow.self, from: Data(line.utf8))
                rows.append(
                    DatasetRow(
                        id: row.id ?? "line-\(index + 1)", split: row.split ?? "test", input: row.input, context: row.context ?? [:],
                        label: row.label))
            } catch {
                throw CommandFault("\(file), line \(index + 1): expected a JSON object with input and label")
            }
        }
        guard !rows.isEmpty else { throw CommandFault("\(file) holds no row") }
        return rows
    }
}
