/// HAProxy's whole configuration in a cluster: it listens on every address, and finds instances by DNS.
struct ClusterGateway {
    let listener: Listener
    let backends: ClusterBackends
    let metricsPort: Int
    let requestsPerMinute: Int

    /// File name -> contents. No gateway agent fills the maps there, so they stay empty: callers come with tokens,
    /// `access.requestsPerMinute` does not count, and every prediction without a version goes through the experiment-router.
    func files(in folder: String, publicKeys: String, templates: String) throws -> [String: String] {
        let addresses = GatewaySettings.Addresses(traffic: "*:\(backends.port)", metrics: "*:\(metricsPort)")
        let settings = GatewaySettings(
            publicAddresses: addresses, internalAddresses: addresses, issuer: GatewaySettings.issuer, audience: GatewaySettings.audience,
            requestsPerMinute: requestsPerMinute)
        let configuration = GatewayConfiguration(
            listener: listener, settings: settings, adminSocket: folder + "/admin.sock",
            publicKeys: try GatewayFolder.publicKeys(publicKeys),
            templates: try GatewayFolder.templates(templates))
        var files = try configuration.files(servers: [])
        files["backends.cfg"] = backends.text
        files["keys.map"] = ""
        files["limits.map"] = ""
        files["direct.map"] = ""
        return files
    }
}
