import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("A gateway as in a cluster, with an agent beside it", .serialized)
struct ClusterAgentTests {
    /// Starts a second public HAProxy that looks for instances by DNS, and its agent, against the mesh's identity, registry and database.
    private static func beside(_ trusted: TrustedMesh, _ body: (HTTPProbe, AdminSocket) async throws -> Void) async throws {
        let own = trusted.mesh.layout
        let layout = MeshLayout(state: own.state + "/cluster")
        try layout.prepare()
        var choice = PortChoice(seed: layout.state, taken: trusted.mesh.settings.gateway.ports)
        let ports = (0..<2).compactMap { _ in choice.next() }
        let gateway = ClusterGateway(
            listener: .public, backends: ClusterBackends(domain: "nowhere.invalid", port: ports[0]), metricsPort: ports[1],
            requestsPerMinute: 6_000)
        try gateway.write(to: layout, publicKeys: own.publicKeys, templates: TestSupport.Checkout.root.path + "/gateway-config")
        var settings = try #require(PrivateFile.json(MeshSettings.self, at: layout.settings))
        settings.gateway.internalAddresses = trusted.mesh.settings.gateway.internalAddresses
        try PrivateFile.write(json: settings, to: layout.settings)
        let agent = ServiceName.gatewayAgent.rawValue
        try PrivateFile.write(MeshSecrets(layout: own).read(agent), to: layout.secret(agent))
        let databases = PrivateFile.json([String: String].self, at: own.secret(MeshSecrets.databases)) ?? [:]
        try PrivateFile.write(json: [agent: databases[ServiceName.identity.rawValue] ?? ""], to: layout.secret(MeshSecrets.databases))

        let programs = [
            (try GatewayFolder.haproxy(), GatewayFolder.arguments(layout: layout, listener: .public)),
            (Fixture.binaries + "/mesh", ["gateway-agent", "--cluster", "--state", layout.state]),
        ]
        let processes = try programs.map { executable, arguments in
            try ProcessLaunch(
                executable: executable, arguments: arguments, environment: ["PATH": "/usr/sbin:/usr/bin:/bin"], log: layout.log("cluster")
            ).start()
        }
        defer { for process in processes { TestGateway.end(process) } }
        try await body(HTTPProbe(port: ports[0]), AdminSocket(path: layout.adminSocket(.public)))
    }

    @Test("keys, limits and the models that need no experiment-router are known there, and a revoked key no more")
    func knows() async throws {
        try await TrustedMesh.run { trusted in
            let (id, secret) = try await trusted.key(roles: #"["viewer"]"#)
            func body(_ http: HTTPProbe, _ admin: AdminSocket) async throws {
                // No instance is found by DNS here: what is let in gets 503, what is not 401.
                let status = { (key: String) in try await http.send("GET", "/v1/identity/session", headers: ["X-API-Key": key]).status }
                try await eventually { (try? await status(secret)) == 503 ? nil : "the key is not known" }
                #expect(try await status("mk_unknown") == 401)

                let manifest = """
                    {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "words", "team": "documents"},
                     "access": {"requestsPerMinute": 60},
                     "interface": {"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 4]}],
                                   "outputs": [{"name": "y", "datatype": "INT64", "shape": [-1]}]},
                     "data": {"dataset": "words", "split": {"by": "hash", "train": 0.7, "validation": 0.1, "test": 0.2}}}
                    """
                try await trusted.administer("PUT", "/v1/registry/capabilities/words", manifest)
                try await eventually {
                    let limits = LimitMap(shown: admin.ask("show map limits.map") ?? "").limits
                    let direct = DirectMap.shown(admin.ask("show map direct.map") ?? "")
                    return limits == ["words": 60] && direct == ["words"] ? nil : "\(limits) \(direct)"
                }

                _ = try await trusted.send("DELETE", "/v1/identity/keys/\(id)", ["X-API-Key": trusted.administratorKey])
                try await eventually { try await status(secret) == 401 ? nil : "the key is known still" }
            }
            try await Self.beside(trusted, body)
        }
    }
}
