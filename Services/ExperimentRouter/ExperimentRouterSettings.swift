import Settings

/// What the experiment-router is told from outside, beside what every service is told.
public struct ExperimentRouterSettings: Sendable {
    public let databaseURL: Secret
    /// The internal gateway, where inference answers.
    public let internalURL: String

    public init(_ reader: inout SettingsReader) {
        databaseURL = reader.secret("DATABASE_URL", help: "Postgres, as the role experiment_router.")
        internalURL = reader.string("MESH_INTERNAL_URL", help: "URL of the internal gateway.")
    }
}
