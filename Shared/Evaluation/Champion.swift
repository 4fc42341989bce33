/// The model that regression tests compare with.
public enum Champion: Sendable, Hashable {
    /// There is no champion yet.
    case absent
    /// What it said of the same rows, in the same order.
    case scored(Predictions)
    /// It cannot be run on these rows, and why.
    case unusable(String)
}
