/// Sets how many jobs of a team run at once.
public struct QuotaChange: Sendable, Hashable, Codable {
    /// From 0, which holds all of them up, to 1,000.
    public var limit: Int

    public init(limit: Int) {
        self.limit = limit
    }
}
