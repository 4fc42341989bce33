import Contracts

/// A row that fits the dataset: its values in the one form that ids and digests are computed of.
struct CheckedRow: Sendable, Hashable {
    let id: String
    /// Lists are flat, row-major; an input of one element is no list.
    let input: [String: JSONValue]
    let context: [String: JSONValue]
    let label: JSONValue?
    let group: String?
    let subject: String?
    let selection: Selection?
    let origin: RowOrigin?
}
