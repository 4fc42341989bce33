/// Asks the trainer to keep a folder of artifacts as it is now.
public struct NewArtifactSnapshot: Sendable, Hashable, Codable {
    /// `mlflow-artifacts:/…`, `runs:/<run>/<path>` or `models:/<logged model>`.
    public var source: String
    /// The team that asks: the artifacts must be its own.
    public var team: String
    /// Whether the artifacts may be any team's: an administrator asks.
    public var anyTeam: Bool?

    public init(source: String, team: String, anyTeam: Bool? = nil) {
        self.source = source
        self.team = team
        self.anyTeam = anyTeam
    }
}
