/// A field of a row as the slice grammar names it: `input.pixels[3]`, `context.source`, `prediction.label` or `label`.
public struct SliceField: Sendable, Hashable {
    /// Which part of a row a field is in.
    public enum Scope: String, Sendable, Hashable, CaseIterable {
        case input
        case context
        case prediction
        case label
    }

    public let scope: Scope
    /// Name of the tensor or context field; empty for the label, which has none.
    public let name: String
    /// Row-major position among the row's values of an input, from 0; nil for the whole value.
    public let index: Int?

    /// `index` counts for inputs only.
    public init(_ scope: Scope, _ name: String = "", index: Int? = nil) {
        self.scope = scope
        self.name = scope == .label ? "" : name
        self.index = scope == .input ? index : nil
    }

    /// The label of a row.
    public static let label = SliceField(.label)

    /// The field that this is an element of, or the field itself.
    public var whole: SliceField { SliceField(scope, name) }

    /// Where the field is in rows kept as tables: `input.pixels`, `context.source`, `prediction.label`, `label`.
    public var columnName: String { scope == .label ? scope.rawValue : scope.rawValue + "." + name }
}

extension SliceField: CustomStringConvertible {
    public var description: String { columnName + (index.map { "[\($0)]" } ?? "") }
}
