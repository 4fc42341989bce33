import Contracts

/// HAProxy's backends in a cluster, where instances are found by DNS: each service's name resolves to the addresses of its ready pods.
struct ClusterBackends {
    /// What follows a service's name, as in `mlmesh.svc.cluster.local`.
    let domain: String
    /// Port of every service.
    let port: Int

    /// As many instances as are looked for; more than a service has, since places cost nothing.
    static let places = 32

    /// The text of `backends.cfg`.
    var text: String {
        let resolvers = ["resolvers cluster", "parse-resolv-conf", "accepted_payload_size 8192", "hold valid 2s", "hold obsolete 5s"]
        let backends = ServiceName.serving.map { ["backend \($0.rawValue)"] + GatewayConfiguration.balance($0) + [template($0)] }
        return ([resolvers] + backends).map { $0.joined(separator: "\n    ") + "\n" }.joined(separator: "\n")
    }

    private func template(_ service: ServiceName) -> String {
        "server-template \(service.rawValue)- 1-\(Self.places) \(service.rawValue).\(domain):\(port) resolvers cluster init-addr none "
            + GatewayServer.checks
    }
}
