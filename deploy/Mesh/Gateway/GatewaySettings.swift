import Settings

/// What the gateway's configuration is made of beside routes and servers; kept in a file, so that the agent renders it anew.
struct GatewaySettings: Sendable, Hashable, Codable {
    /// Where one HAProxy process listens, `host:port`.
    struct Addresses: Sendable, Hashable, Codable {
        var traffic: String
        /// Prometheus exporter, loopback only.
        var metrics: String
    }

    var publicAddresses: Addresses
    var internalAddresses: Addresses
    var issuer: String
    var audience: String
    /// Requests of one subject that the public listener lets through in a minute.
    var requestsPerMinute: Int
    /// Where the public listener serves everything as well; nil for the plain paths alone.
    var basePath: BasePath?

    /// Tokens of the mesh have one audience.
    static let audience = "mlmesh"
    /// Who issues them. No address, so that tokens outlive a change of ports; each mesh has its own keys.
    static let issuer = "https://mlmesh"
    /// One key may send 100 requests a second on average: far more than a person or a product under test, too few to starve the rest.
    static let defaultRequestsPerMinute = 6_000

    /// Every port that the gateway listens on.
    var ports: Set<Int> {
        let addresses = [publicAddresses.traffic, publicAddresses.metrics, internalAddresses.traffic, internalAddresses.metrics]
        return Set(addresses.compactMap { $0.split(separator: ":").last.flatMap { Int($0) } })
    }

    func addresses(of listener: Listener) -> Addresses {
        switch listener {
        case .public: publicAddresses
        case .internal: internalAddresses
        }
    }
}
