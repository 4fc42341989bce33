import Foundation
import Settings

/// What the experiment-router is told from outside, beside what every service is told.
public struct ExperimentRouterSettings: Sendable {
    public let databaseURL: Secret
    /// The internal gateway, where inference, monitor, model-registry and identity answer.
    public let internalURL: String
    /// The service's own credentials.
    public let clientID: String
    public let clientSecret: Secret
    /// Folder of the spools of all instances on this machine.
    public let spool: String

    public init(_ reader: inout SettingsReader) {
        databaseURL = reader.secret("DATABASE_URL", help: "Postgres, as the role experiment_router.")
        internalURL = reader.string("MESH_INTERNAL_URL", help: "URL of the internal gateway.")
        clientID = reader.string("MESH_CLIENT_ID", help: "The service's name at identity.")
        let secret = reader.fileContents("MESH_CLIENT_SECRET_FILE", help: "File with the service's secret at identity.")
        clientSecret = Secret(secret.trimmingCharacters(in: .whitespacesAndNewlines))
        spool = reader.string("MESH_SPOOL", help: "Folder for exposures on their way to the monitor.")
    }
}
