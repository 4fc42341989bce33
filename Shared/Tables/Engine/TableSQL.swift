import Foundation

/// Pieces of the engine's SQL. Nothing that a person wrote gets into a statement, save through here.
public enum TableSQL {
    /// A name in double quotes.
    public static func identifier(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

    /// A text in single quotes. A NUL would end the statement's text, so it is written as a call.
    public static func literal(_ text: String) -> String {
        let pieces = text.split(separator: "\0", omittingEmptySubsequences: false).map { "'" + $0.replacing("'", with: "''") + "'" }
        return pieces.count == 1 ? pieces[0] : "(" + pieces.joined(separator: " || chr(0) || ") + ")"
    }

    /// The rows of Parquet files, columns joined by name: a column that a file lacks is NULL in its rows.
    public static func parquet(_ files: [URL]) -> String {
        let paths = files.map { literal($0.path(percentEncoded: false)) }.joined(separator: ", ")
        return "read_parquet([\(paths)], union_by_name = true)"
    }
}
