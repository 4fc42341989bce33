import Foundation
import Settings

/// What one HAProxy of a cluster and the agent beside it read: it listens on every address, and finds instances by DNS.
struct ClusterGateway {
    let listener: Listener
    let backends: ClusterBackends
    let metricsPort: Int
    let requestsPerMinute: Int
    var basePath: BasePath?

    /// Host of the internal gateway, which the agent calls.
    static let internalHost = "gateway-internal"

    /// File name -> contents of HAProxy's folder. The maps are the agent's to fill.
    func files(in layout: MeshLayout, publicKeys: String, templates: String) throws -> [String: String] {
        let configuration = GatewayConfiguration(
            listener: listener, settings: settings(internalTraffic: "*:\(backends.port)"), adminSocket: layout.adminSocket(listener),
            publicKeys: try GatewayFolder.publicKeys(publicKeys), templates: try GatewayFolder.templates(templates))
        var files = try configuration.files(servers: [])
        files["backends.cfg"] = backends.text
        return files
    }

    /// Writes the folder, empty maps where there are none, and the agent's settings.
    func write(to layout: MeshLayout, publicKeys: String, templates: String) throws {
        let files = try files(in: layout, publicKeys: publicKeys, templates: templates)
        for folder in [layout.run, layout.run + "/gateway", layout.gateway(listener)] { try PrivateFile.makeFolder(folder, mode: 0o700) }
        for (name, contents) in files { try PrivateFile.write(contents, to: layout.gateway(listener) + "/" + name) }
        let mesh = MeshSettings(
            gateway: settings(internalTraffic: "\(Self.internalHost):\(backends.port)"), binaries: "", gatewayConfig: templates,
            environment: [:])
        let folder = GatewayFolder(layout: layout, settings: mesh, listener: listener)
        try folder.makeMaps()
        try PrivateFile.write(json: mesh, to: layout.settings)
    }

    private func settings(internalTraffic: String) -> GatewaySettings {
        let metrics = "*:\(metricsPort)"
        return GatewaySettings(
            publicAddresses: .init(traffic: "*:\(backends.port)", metrics: metrics),
            internalAddresses: .init(traffic: internalTraffic, metrics: metrics), issuer: GatewaySettings.issuer,
            audience: GatewaySettings.audience, requestsPerMinute: requestsPerMinute, basePath: basePath)
    }
}
