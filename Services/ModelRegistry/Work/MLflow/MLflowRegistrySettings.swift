import Contracts
import Foundation
import MeshClient
import Settings

/// What the registry is told for the sake of MLflow's clients.
struct MLflowRegistrySettings: Sendable {
    /// The trainer, which keeps artifacts; nil where the registry stands alone.
    let trainer: MeshClient?
    /// Whether webhooks may lead to addresses that are not of the public internet.
    let allowsPrivateWebhooks: Bool

    init(_ reader: inout SettingsReader) {
        allowsPrivateWebhooks = reader.bool(
            "WEBHOOKS_ALLOW_PRIVATE", default: false, help: "Whether webhooks may lead to private and loopback addresses.")
        let url = reader.optional("MESH_INTERNAL_URL", help: "URL of the internal gateway; without it no artifacts can be registered.")
        guard let url else {
            trainer = nil
            return
        }
        let id = reader.string("MESH_CLIENT_ID", help: "OAuth 2 client id of this service.")
        let secret = reader.fileContents("MESH_CLIENT_SECRET_FILE", help: "File with this service's client secret.")
        let tokens = TokenSource.credentials(baseURL: url, id: id, secret: secret.trimmingCharacters(in: .whitespacesAndNewlines))
        trainer = MeshClient(baseURL: url, peer: .trainer, tokens: tokens)
    }
}
