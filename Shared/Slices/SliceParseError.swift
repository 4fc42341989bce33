import Contracts

/// Why a text is no predicate.
public struct SliceParseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where, counted in characters from 1.
    public let position: Int
    /// What would have been right there, as `a number`.
    public let expected: String
    /// What is there instead, cut to a few characters.
    public let found: String

    public var description: String { "position \(position): expected \(expected), found \(found)" }

    /// The fault of a request's field that holds the text.
    public func fault(_ field: String) -> FieldFault {
        FieldFault(field, expected: "a slice predicate; at position \(position) \(expected), not \(found)")
    }
}
