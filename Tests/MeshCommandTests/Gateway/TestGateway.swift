import Contracts
import Cryptography
import Foundation
import Settings
import TestSupport

@testable import MeshCommand

/// A real HAProxy with our configuration, and one stub process behind every backend.
struct TestGateway {
    let layout: MeshLayout
    let settings: GatewaySettings
    let key: RSAPrivateKey
    let http: HTTPProbe
    let stub: ProcessIdentity
    let stubPort: Int

    /// Runs the body against a gateway of its own.
    static func run<T>(
        _ listener: Listener = .public, requestsPerMinute: Int = 600_000, basePath: BasePath? = nil,
        _ body: (TestGateway) async throws -> T
    ) async throws -> T {
        try await withTemporaryFolder { folder in
            let layout = MeshLayout(state: folder.path + "/.mesh")
            try layout.prepare()
            _ = try MeshSecrets(layout: layout).prepare()
            var choice = PortChoice(seed: folder.path)
            let ports = (0..<5).compactMap { _ in choice.next() }
            let settings = GatewaySettings(
                publicAddresses: .init(traffic: "127.0.0.1:\(ports[0])", metrics: "127.0.0.1:\(ports[1])"),
                internalAddresses: .init(traffic: "127.0.0.1:\(ports[2])", metrics: "127.0.0.1:\(ports[3])"),
                issuer: GatewaySettings.issuer,
                audience: GatewaySettings.audience, requestsPerMinute: requestsPerMinute, basePath: basePath)
            let gateway = TestGateway(
                layout: layout, settings: settings,
                key: RSAPrivateKey(pem: MeshSecrets(layout: layout).read(MeshSecrets.signingKey)) ?? .generate(),
                http: HTTPProbe(port: listener == .public ? ports[0] : ports[2]), stub: try startStub(layout, port: ports[4]),
                stubPort: ports[4])
            defer { Self.end(gateway.stub) }
            let haproxy = try gateway.start(listener, stubPort: ports[4])
            defer { Self.end(haproxy) }
            try await gateway.waitUntilServing(stubPort: ports[4])
            return try await body(gateway)
        }
    }

    static func startStub(_ layout: MeshLayout, port: Int, instance: String = "stub-1") throws -> ProcessIdentity {
        let environment = ["PATH": "/usr/bin:/bin", "INSTANCE": instance, "LISTEN_PORT": String(port)]
        return try ProcessLaunch(executable: Fixture.stub, arguments: [], environment: environment, log: layout.log(instance)).start()
    }

    private func start(_ listener: Listener, stubPort: Int) throws -> ProcessIdentity {
        let mesh = MeshSettings(
            gateway: settings, binaries: "", gatewayConfig: TestSupport.Checkout.root.path + "/gateway-config", environment: [:])
        let folder = GatewayFolder(layout: layout, settings: mesh, listener: listener)
        // The dataset service has no instance: what becomes of its routes is a test.
        let served = ServiceName.serving.filter { $0 != .dataset }
        try folder.refresh(servers: served.map { GatewayServer(service: $0, name: $0.rawValue + "-1", port: stubPort) })
        return try ProcessLaunch(
            executable: try GatewayFolder.haproxy(), arguments: GatewayFolder.arguments(layout: layout, listener: listener),
            environment: [:],
            log: layout.log("gateway")
        ).start()
    }

    private func waitUntilServing(stubPort: Int) async throws {
        try await eventually { PlainHTTP.get(port: stubPort, path: "/readyz")?.status == 200 ? nil : "the stub does not answer" }
        try await eventually {
            let status = try? await http.send("GET", "/label/").status
            return status == 200 ? nil : "\(status ?? 0): \(PrivateFile.text(layout.log("gateway")) ?? "")"
        }
    }

    static func end(_ process: ProcessIdentity) {
        kill(process.pid, SIGTERM)
        var status: Int32 = 0
        waitpid(process.pid, &status, 0)
    }
}

/// Tokens, good and bad.
extension TestGateway {
    func token(
        scope: String = "read infer", issuer: String = GatewaySettings.issuer, audience: String = GatewaySettings.audience,
        lives: Int = 300,
        subject: String = "key:test", key other: RSAPrivateKey? = nil, kid: String? = nil
    ) throws -> String {
        let now = Int(Date.now.timeIntervalSince1970)
        let claims = TokenClaims(
            iss: issuer, aud: audience, sub: subject, iat: now, exp: now + lives, jti: "1", scope: scope, team: "test", roles: [], gen: 1)
        return try JSONWebToken.sign(claims: claims, key: other ?? key, kid: kid ?? key.publicKey.thumbprint)
    }

    /// A token of any header and payload; signed with RS256 whatever the header says.
    func token(header: String, payload: String) -> String {
        let signed = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        return signed + "." + Base64URL.encode(key.sign(Array(signed.utf8)))
    }
}

extension ProbeAnswer {
    /// A header as the stub received it.
    func received(_ name: String) -> String? { json["headers"]?[name]?.stringValue }
}

/// Files of the tests.
enum Fixture {
    static let stub = Bundle.module.resourceURL?.appending(path: "Fixtures/stub-service.py").path(percentEncoded: false) ?? ""
    /// Where the executables are built.
    static let binaries = Bundle.module.bundleURL.deletingLastPathComponent().path(percentEncoded: false)
}
