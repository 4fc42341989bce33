/// Asks for the credential of one attempt at a run.
public struct NewAttempt: Sendable, Hashable, Codable {
    public var run: String
    /// Number of the attempt, from 1.
    public var attempt: Int
    /// The run's team.
    public var team: String
    /// Seconds that the credential lasts: 1 to 604,800.
    public var seconds: Int

    public init(run: String, attempt: Int, team: String, seconds: Int) {
        self.run = run
        self.attempt = attempt
        self.team = team
        self.seconds = seconds
    }
}
