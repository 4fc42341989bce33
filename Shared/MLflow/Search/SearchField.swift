/// The left side of a comparison: an entity and a key of it, by its own name and not by an alias.
public struct SearchField: Sendable, Hashable {
    public let entity: SearchEntity
    public let key: String

    /// A field by its own name.
    public init(_ entity: SearchEntity, _ key: String) {
        self.entity = entity
        self.key = key
    }
}

extension SearchField: CustomStringConvertible {
    /// The field as a filter writes it: an attribute bare, any other key in backticks.
    public var description: String {
        entity == .attribute ? key : "\(entity.rawValue).\(quoted(key, with: "`"))"
    }
}

/// A text between two of `quote`, which is doubled inside.
func quoted(_ text: String, with quote: Unicode.Scalar) -> String {
    var scalars = String.UnicodeScalarView([quote])
    for scalar in text.unicodeScalars {
        if scalar == quote { scalars.append(quote) }
        scalars.append(scalar)
    }
    scalars.append(quote)
    return String(scalars)
}
