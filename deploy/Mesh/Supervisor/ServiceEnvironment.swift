import Contracts
import Foundation

/// What each process is told through its environment.
struct ServiceEnvironment: Sendable {
    let layout: MeshLayout
    let settings: MeshSettings
    /// Database URL of each service, with its own role.
    let databases: [String: String]
    /// Signs page cursors; one for all instances, so that any of them takes a cursor of another.
    let cursorKey: String

    /// The environment of one process.
    func variables(_ program: Program, name: String, port: Int?) -> [String: String] {
        var variables = settings.environment.merging(ProcessTable.marks(state: layout.state, name: name)) { $1 }
        guard let service = program.service, let port else { return variables }
        variables.merge(common(service, port: port)) { $1 }
        if [.inference, .experimentRouter].contains(service) { variables["MESH_SPOOL"] = layout.spool + "/" + service.rawValue }
        if service == .trainer { variables["TRAINER_TRACKING_URL"] = settings.publicURL + "/mlflow" }
        if service == .identity { variables.merge(identity) { $1 } }
        return variables
    }

    private func common(_ service: ServiceName, port: Int) -> [String: String] {
        [
            "LISTEN_HOST": "127.0.0.1", "LISTEN_PORT": String(port),
            "DATABASE_URL": databases[service.rawValue, default: ""],
            "MESH_BLOBS": layout.blobs,
            "MESH_PUBLIC_KEY": layout.publicKeys, "MESH_ISSUER": settings.gateway.issuer,
            "MESH_INTERNAL_URL": settings.internalURL,
            "MESH_CLIENT_ID": service.rawValue, "MESH_CLIENT_SECRET_FILE": layout.secret(service.rawValue),
            "MESH_CURSOR_KEY": cursorKey,
        ]
    }

    private var identity: [String: String] {
        [
            "IDENTITY_PRIVATE_KEY": layout.secret(MeshSecrets.signingKey),
            "IDENTITY_BOOTSTRAP": layout.secret(MeshSecrets.bootstrap),
            "MESH_PUBLIC_URL": settings.publicURL,
            // The gateway of one machine speaks plain HTTP on the loopback address.
            "COOKIE_SECURE": "false",
        ]
    }
}
