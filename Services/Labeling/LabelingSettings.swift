import Foundation
import Settings

/// What labeling is told from outside, beside what every service is told.
public struct LabelingSettings: Sendable {
    public let databaseURL: Secret
    /// The internal gateway, where dataset and inference answer.
    public let internalURL: String
    public let clientID: String
    public let clientSecret: Secret
    /// How long a task is lent to one person.
    public let lease: Duration
    /// Pause between looks for commits that a crash or a fault of the dataset service left unfinished.
    public let commitRetry: Duration

    public init(_ reader: inout SettingsReader) {
        databaseURL = reader.secret("DATABASE_URL", help: "Postgres, as the role labeling.")
        internalURL = reader.string("MESH_INTERNAL_URL", help: "URL of the internal gateway.")
        clientID = reader.string("MESH_CLIENT_ID", default: "labeling", help: "Name of the service's own credentials.")
        let secret = reader.fileContents("MESH_CLIENT_SECRET_FILE", help: "File with the secret of the service's own credentials.")
        clientSecret = Secret(secret.trimmingCharacters(in: .whitespacesAndNewlines))
        // Ten minutes: long enough for a hard task, short enough that a closed page blocks nobody for long.
        lease = reader.duration(
            milliseconds: "LEASE_MS", in: 1_000...86_400_000, default: 600_000, help: "How long a task is lent to one person.")
        commitRetry = reader.duration(
            milliseconds: "COMMIT_RETRY_MS", in: 10...600_000, default: 2_000, help: "Pause between tries to finish a commit.")
    }
}
