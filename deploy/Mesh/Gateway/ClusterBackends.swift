import Contracts

/// HAProxy's backends in a cluster, where instances are found by DNS: each service's name resolves to the addresses of its ready pods.
struct ClusterBackends {
    /// What follows a service's name, as in `mlmesh.svc.cluster.local`.
    let domain: String
    /// Port of every service.
    let port: Int

    /// As many instances as are looked for; more than a service has, since places cost nothing.
    static let places = 32
    /// The same for inference, whose places are looked for one by one.
    static let pods = 16

    /// The text of `backends.cfg`.
    var text: String {
        let resolvers = [
            "resolvers cluster", "parse-resolv-conf", "accepted_payload_size 8192", "timeout resolve 2s", "hold valid 2s", "hold nx 5s",
            "hold obsolete 5s",
        ]
        let backends = ServiceName.serving.map { ["backend \($0.rawValue)"] + GatewayConfiguration.balance($0) + servers($0) }
        return ([resolvers] + backends).map { $0.joined(separator: "\n    ") + "\n" }.joined(separator: "\n")
    }

    /// A pod of inference has its own name (it belongs to a StatefulSet), and so the same place on the ring in every gateway. The addresses
    /// behind a service's name come in any order: each gateway would have another ring, and each model as many instances as there are
    /// gateways.
    private func servers(_ service: ServiceName) -> [String] {
        let name = service.rawValue
        let options = "resolvers cluster init-addr none " + GatewayServer.checks
        guard service == .inference else {
            return ["server-template \(name)- 1-\(Self.places) \(name).\(domain):\(port) \(options)"]
        }
        return (0..<Self.pods).map { "server \(name)-\($0 + 1) \(name)-\($0).\(name).\(domain):\(port) id \($0 + 1) \(options)" }
    }
}
