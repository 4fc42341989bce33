import Foundation

/// How a mesh was set up by `mesh up`; the supervisor and the gateway agent read it.
struct MeshSettings: Sendable, Hashable, Codable {
    var gateway: GatewaySettings
    /// Folder of the executables.
    var binaries: String
    /// Folder of the gateway's templates.
    var gatewayConfig: String
    /// Passed on to every process: paths, time zone, engine libraries.
    var environment: [String: String]

    var publicURL: String { "http://" + gateway.publicAddresses.traffic }
    var internalURL: String { "http://" + gateway.internalAddresses.traffic }

    /// Variables of the caller that processes get.
    static let passedOn: Set<String> = [
        "PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "LOG_LEVEL", "MESH_ONNXRUNTIME", "MESH_DUCKDB", "MESH_XGBOOST",
        "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "TRAINER_COMMANDS",
    ]
}
