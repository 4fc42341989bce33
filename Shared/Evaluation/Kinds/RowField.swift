import Contracts
import Foundation

/// A field of a row by its name, as `context.source` or `label`.
struct RowField {
    let name: String

    init(_ name: String) { self.name = name }

    /// The value in a row; nil where it is not there.
    func value(in row: DatasetRow) -> JSONValue? {
        if name == "label" { return row.label }
        if name.hasPrefix("context.") { return row.context[String(name.dropFirst("context.".count))] }
        if name.hasPrefix("input.") { return row.input[String(name.dropFirst("input.".count))] }
        return nil
    }

    /// The value as a name of a group; `(none)` where it is not there or null.
    func text(in row: DatasetRow) -> String {
        switch value(in: row) {
        case nil, .null?: "(none)"
        case .string(let text)?: text
        case let value?: String(decoding: value.canonical, as: UTF8.self)
        }
    }
}
