/// When requests of one model are merged into one run.
public struct BatchRules: Sendable, Hashable {
    /// Most rows of one run. A single request may have more and runs alone.
    public var maximumRows: Int
    /// Nanoseconds that a request waits for others to come.
    public var maximumDelay: Int
    /// Rows at which a run begins at once, though more would fit.
    public var preferredRows: Set<Int>

    public init(maximumRows: Int, maximumDelay: Int = 0, preferredRows: Set<Int> = []) {
        self.maximumRows = maximumRows
        self.maximumDelay = maximumDelay
        self.preferredRows = preferredRows
    }
}
