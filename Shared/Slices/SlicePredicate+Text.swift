extension SlicePredicate: CustomStringConvertible {
    /// The canonical text; it reads back as the same predicate.
    public var description: String {
        switch self {
        case .compare(let field, let comparison, let literal):
            "\(field) \(comparison.rawValue) \(literal)"
        case .in(let field, let literals, let negated):
            "\(field) \(negated ? "NOT IN" : "IN") (\(literals.map(\.description).joined(separator: ", ")))"
        case .between(let field, let low, let high, let negated):
            "\(field) \(negated ? "NOT BETWEEN" : "BETWEEN") \(low) AND \(high)"
        case .isNull(let field, let negated):
            "\(field) \(negated ? "IS NOT NULL" : "IS NULL")"
        case .and(let parts):
            parts.map { $0.joinsParts ? "(\($0))" : "\($0)" }.joined(separator: " AND ")
        case .or(let parts):
            parts.map { if case .or = $0 { "(\($0))" } else { "\($0)" } }.joined(separator: " OR ")
        case .not(let part):
            part.joinsParts ? "NOT (\(part))" : "NOT \(part)"
        }
    }

    private var joinsParts: Bool {
        switch self {
        case .and, .or: true
        default: false
        }
    }
}

extension SlicePredicate: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(container.decode(String.self))
        } catch let error as SliceParseError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
