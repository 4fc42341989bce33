/// Where a field is in a table: an SQL expression of ours (a quoted column name), never a person's text, and what it holds.
public struct SliceColumn: Sendable, Hashable {
    public indirect enum Kind: Sendable, Hashable {
        /// A whole number within 64 bits, signed.
        case integer
        /// Any other number; NaN may occur.
        case number
        case text
        case bool
        /// Text that is one JSON value.
        case json
        /// A list; a field's index picks the element.
        case list(Kind)
        /// Something the grammar cannot compare, as bytes; only IS NULL tells anything of it.
        case other
    }

    public let expression: String
    public let kind: Kind

    public init(_ expression: String, _ kind: Kind) {
        self.expression = expression
        self.kind = kind
    }
}
