import Contracts
import Cryptography
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("Gateway configuration")
struct GatewayConfigurationTests {
    @Test("HAProxy takes what we render, without a warning", arguments: Listener.allCases)
    func isValid(listener: Listener) async throws {
        try await withTemporaryFolder { root in
            let layout = MeshLayout(state: root.path + "/with a space/.mesh")
            try layout.prepare()
            _ = try MeshSecrets(layout: layout).prepare()
            let addresses = GatewaySettings.Addresses(traffic: "127.0.0.1:18000", metrics: "127.0.0.1:18001")
            let settings = GatewaySettings(
                publicAddresses: addresses, internalAddresses: addresses, issuer: GatewaySettings.issuer,
                audience: GatewaySettings.audience,
                requestsPerMinute: 6_000)
            let mesh = MeshSettings(
                gateway: settings, binaries: "", gatewayConfig: TestSupport.Checkout.root.path + "/gateway-config", environment: [:])
            let servers = ServiceName.serving.flatMap { service in
                (1...2).map { GatewayServer(service: service, name: "\(service.rawValue)-\($0)", port: 19_000 + $0) }
            }
            try GatewayFolder(layout: layout, settings: mesh, listener: listener).refresh(servers: servers)

            let check = Process()
            check.executableURL = URL(filePath: try GatewayFolder.haproxy())
            check.arguments = ["-c", "-C", layout.gateway(listener)] + GatewayConfiguration.mainFiles(listener).flatMap { ["-f", $0] }
            let output = Pipe()
            check.standardError = output
            check.standardOutput = output
            try check.run()
            let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            check.waitUntilExit()

            #expect(check.terminationStatus == 0, "\(text)")
            #expect(!text.contains("WARNING"), "\(text)")
        }
    }

    @Test("files are written only when they change, and an instance that drains is left out")
    func refreshes() async throws {
        try await withTemporaryFolder { root in
            let layout = MeshLayout(state: root.path + "/.mesh")
            try layout.prepare()
            _ = try MeshSecrets(layout: layout).prepare()
            let addresses = GatewaySettings.Addresses(traffic: "127.0.0.1:18000", metrics: "127.0.0.1:18001")
            let settings = GatewaySettings(
                publicAddresses: addresses, internalAddresses: addresses, issuer: "i", audience: "a", requestsPerMinute: 60)
            let folder = GatewayFolder(
                layout: layout,
                settings: MeshSettings(
                    gateway: settings, binaries: "", gatewayConfig: TestSupport.Checkout.root.path + "/gateway-config", environment: [:]),
                listener: .public)
            var server = GatewayServer(service: .inference, name: "inference-2", port: 19_002)

            let first = try folder.refresh(servers: [server])
            let second = try folder.refresh(servers: [server])
            server.isDraining = true
            let third = try folder.refresh(servers: [server])

            #expect(first.isSuperset(of: ["public.cfg", "common.cfg", "backends.cfg", "routes.map", "errors.map"]))
            #expect(second.isEmpty)
            #expect(third == ["backends.cfg"])
            #expect(PrivateFile.text(folder.path + "/backends.cfg")?.contains("inference-2") == false)
        }
    }

    @Test("every scope that a route may ask for is checked by a rule")
    func scopes() throws {
        let configuration = GatewayConfiguration(
            listener: .public,
            settings: GatewaySettings(
                publicAddresses: .init(traffic: "", metrics: ""), internalAddresses: .init(traffic: "", metrics: ""), issuer: "i",
                audience: "a",
                requestsPerMinute: 60), adminSocket: "", publicKeys: ["k": "pem"],
            templates: try GatewayFolder.templates(TestSupport.Checkout.root.path + "/gateway-config"))
        let text = try configuration.files(servers: [])["public.cfg", default: ""]

        for case .scope(let scope) in RouteTable.all.map(\.access) { #expect(text.contains("{ var(txn.need) -m str \(scope.rawValue) }")) }
    }
}
