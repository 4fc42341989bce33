/// A combination of parameters that a search tried, with what became of it.
public struct SearchTrial: Sendable, Hashable, Codable {
    /// How it stands against the leader.
    public enum Standing: String, Sendable, Codable, CaseIterable {
        case leader
        /// The rows cannot tell it from the leader.
        case tied
        case worse
        /// Not measured.
        case unmeasured
    }

    /// Number of the combination, from 0.
    public var trial: Int
    /// How often it was promoted.
    public var rung: Int
    public var run: String
    public var state: TrainingRun.State
    public var parameters: [String: JSONValue]
    public var value: Double?
    /// Ends of the 95 % interval.
    public var lower: Double?
    public var upper: Double?
    /// Rows that it was measured on.
    public var rows: Int?
    /// Place in the leaderboard by the worse end of the interval, from 1.
    public var rank: Int?
    public var standing: Standing

    public init(
        trial: Int, rung: Int, run: String, state: TrainingRun.State, parameters: [String: JSONValue], value: Double? = nil,
        lower: Double? = nil, upper: Double? = nil, rows: Int? = nil, rank: Int? = nil, standing: Standing = .unmeasured
    ) {
        self.trial = trial
        self.rung = rung
        self.run = run
        self.state = state
        self.parameters = parameters
        self.value = value
        self.lower = lower
        self.upper = upper
        self.rows = rows
        self.rank = rank
        self.standing = standing
    }
}
