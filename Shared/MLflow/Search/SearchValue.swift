/// A value of a record, or a literal that it is compared with.
public enum SearchValue: Sendable, Hashable {
    case integer(Int64)
    case number(Double)
    case text(String)

    var isNaN: Bool {
        if case .number(let value) = self { value.isNaN } else { false }
    }

    /// Which comes first; nil when the two never compare: a NaN, or a number and a text.
    ///
    /// Texts compare by their UTF-8 bytes, as SQL does under the "C" collation.
    func compared(with other: SearchValue) -> Ordering? {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): Ordering(left, right)
        case (.integer(let left), .number(let right)): Ordering(comparing: Double(left), right)
        case (.number(let left), .integer(let right)): Ordering(comparing: left, Double(right))
        case (.number(let left), .number(let right)): Ordering(comparing: left, right)
        case (.text(let left), .text(let right)): Ordering(bytesOf: left, right)
        default: nil
        }
    }
}

extension SearchValue: CustomStringConvertible {
    /// The literal as a filter writes it.
    public var description: String {
        switch self {
        case .integer(let value): String(value)
        case .number(let value): value.description
        case .text(let value): quoted(value, with: "'")
        }
    }
}
