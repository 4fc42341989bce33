/// How many jobs of a team run at once, and how many it has.
public struct TeamQuota: Sendable, Hashable, Codable {
    public var team: String
    /// Most jobs that are held by workers at once.
    public var limit: Int
    public var running: Int
    public var waiting: Int

    public init(team: String, limit: Int, running: Int, waiting: Int) {
        self.team = team
        self.limit = limit
        self.running = running
        self.waiting = waiting
    }
}
