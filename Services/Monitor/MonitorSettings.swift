import Foundation
import Settings

/// What the monitor is told from outside, beside what every service is told.
public struct MonitorSettings: Sendable {
    public let databaseURL: Secret
    /// The internal gateway, where labeling answers.
    public let internalURL: String
    public let clientID: String
    public let clientSecret: Secret
    /// Pause between looks at the traffic.
    public let watchInterval: Duration
    /// How long predictions, exposures and feedback are kept.
    public let retentionDays: Int

    public init(_ reader: inout SettingsReader) {
        databaseURL = reader.secret("DATABASE_URL", help: "Postgres, as the role monitor.")
        internalURL = reader.string("MESH_INTERNAL_URL", help: "URL of the internal gateway.")
        clientID = reader.string("MESH_CLIENT_ID", default: "monitor", help: "Name of the service's own credentials.")
        let secret = reader.fileContents("MESH_CLIENT_SECRET_FILE", help: "File with the secret of the service's own credentials.")
        clientSecret = Secret(secret.trimmingCharacters(in: .whitespacesAndNewlines))
        watchInterval = reader.duration(
            milliseconds: "WATCH_MS", in: 10...600_000, default: 300, help: "Pause between looks at the traffic.")
        retentionDays = reader.integer(
            "RETENTION_DAYS", in: 1...3_650, default: 30, help: "Days that predictions, exposures and feedback are kept.")
    }
}
