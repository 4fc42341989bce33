/// The right side of a comparison.
public enum Operand: Sendable, Hashable {
    case value(SearchValue)
    /// What IN and NOT IN look into; never empty.
    case list([String])
    /// IS NULL and IS NOT NULL have no right side.
    case nothing
}
