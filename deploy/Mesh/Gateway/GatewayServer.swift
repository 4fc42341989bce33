import Contracts

/// One instance of a service as HAProxy knows it.
struct GatewayServer: Sendable, Hashable, Codable {
    let service: ServiceName
    /// The instance's name, as `inference-2`.
    let name: String
    let port: Int
    /// No new requests; it is about to leave.
    var isDraining = false

    /// `backend/server`, as the runtime interface wants it.
    var reference: String { "\(service.rawValue)/\(name)" }
    var address: String { "127.0.0.1:\(port)" }

    /// The number at the end of the name. As HAProxy's id it keeps the places on the hash ring over reloads.
    var number: Int { name.split(separator: "-").last.flatMap { Int($0) } ?? 1 }

    /// How often readiness is looked at. A dead instance is out after three failed connections, one that hangs after three checks.
    ///
    /// The pool is HAProxy's default, said aloud: a server that is added at run time has none (2.6), and then every request is a new
    /// connection.
    static let checks =
        "check inter 500ms fall 3 rise 1 observe layer4 error-limit 3 on-error mark-down pool-purge-delay 5s pool-max-conn -1"
}
