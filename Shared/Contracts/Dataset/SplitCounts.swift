/// Rows of a version in one split.
public struct SplitCounts: Sendable, Hashable, Codable {
    public var rows: Int
    public var labeled: Int

    public init(rows: Int, labeled: Int) {
        self.rows = rows
        self.labeled = labeled
    }
}
