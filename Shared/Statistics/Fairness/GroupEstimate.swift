/// A metric of the rows of one group.
public struct GroupEstimate: Sendable, Equatable, Codable {
    public let group: String
    public let count: Int
    /// At the level of the whole report, for this group alone; nil where the metric is not defined on the group's rows.
    public let estimate: Estimate?
}
