/// Where a project stands.
public struct LabelingProgress: Sendable, Hashable, Codable {
    public var tasks: Int
    /// Tasks whose consensus is settled.
    public var finished: Int
    public var open: Int
    public var leased: Int
    /// Finished tasks that no dataset version holds yet.
    public var uncommitted: Int
    public var answers: Int
    /// Krippendorff's alpha, nominal.
    public var alpha: Double?
    public var labelers: [LabelerScore]

    public init(
        tasks: Int, finished: Int, open: Int, leased: Int, uncommitted: Int, answers: Int, alpha: Double? = nil, labelers: [LabelerScore]
    ) {
        self.tasks = tasks
        self.finished = finished
        self.open = open
        self.leased = leased
        self.uncommitted = uncommitted
        self.answers = answers
        self.alpha = alpha
        self.labelers = labelers
    }
}
