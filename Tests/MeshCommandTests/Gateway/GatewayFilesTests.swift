import Contracts
import Foundation
import Settings
import TestSupport
import Testing

@testable import MeshCommand

@Suite("The gateway's files for a cluster")
struct GatewayFilesTests {
    private func write(_ listener: Listener, in root: URL) throws -> MeshLayout {
        let layout = MeshLayout(state: root.path + "/.mesh")
        try layout.prepare()
        _ = try MeshSecrets(layout: layout).prepare()
        let backends = ClusterBackends(domain: "mesh.svc.example", port: 8080)
        try ClusterGateway(
            listener: listener, backends: backends, metricsPort: 8404, requestsPerMinute: 6_000, basePath: BasePath(rawValue: "/ml")
        )
        .write(to: layout, publicKeys: layout.publicKeys, templates: TestSupport.Checkout.root.path + "/gateway-config")
        return layout
    }

    @Test("HAProxy takes them without a warning", arguments: Listener.allCases)
    func isValid(listener: Listener) async throws {
        try await withTemporaryFolder { root in
            let layout = try write(listener, in: root)
            #expect(PrivateFile.json(MeshSettings.self, at: layout.settings)?.internalURL == "http://gateway-internal:8080")

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

    @Test("every service is looked for by its name, and inference keeps its ring")
    func backends() {
        let text = ClusterBackends(domain: "mesh.svc.example", port: 8080).text

        for service in ServiceName.serving {
            #expect(text.contains("backend \(service.rawValue)\n"))
            #expect(text.contains("\(service.rawValue).mesh.svc.example:8080 "))
        }
        #expect(text.contains("backend inference\n    balance hash var(txn.place)\n    hash-type consistent"))
    }

    @Test("a pod of inference has the same place on the ring in every gateway, and there are as many as the autoscaler may start")
    func ring() throws {
        let lines = ClusterBackends(domain: "mesh.svc.example", port: 8080).text.split(separator: "\n").map { $0.drop { $0 == " " } }
        let pods = lines.filter { $0.hasPrefix("server inference-") }
        #expect(pods.count == ClusterBackends.pods)
        for (index, line) in pods.enumerated() {
            #expect(line.hasPrefix("server inference-\(index + 1) inference-\(index).inference.mesh.svc.example:8080 id \(index + 1) "))
        }
        #expect(lines.count { $0.hasPrefix("server-template") } == ServiceName.serving.count - 1)
        let manifest = PrivateFile.text(TestSupport.Checkout.root.path + "/deploy/kubernetes/inference.yaml") ?? ""
        let most = try #require(manifest.firstMatch(of: /maxReplicas: (\d+)/)?.1)
        #expect(try #require(Int(most)) <= ClusterBackends.pods)
        #expect(manifest.contains("serviceName: inference"))
    }
}
