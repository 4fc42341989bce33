import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("The gateway's files for a cluster")
struct GatewayFilesTests {
    private func files(_ listener: Listener, in root: URL) throws -> [String: String] {
        let layout = MeshLayout(state: root.path + "/.mesh")
        try layout.prepare()
        _ = try MeshSecrets(layout: layout).prepare()
        let backends = ClusterBackends(domain: "mesh.svc.example", port: 8080)
        return try ClusterGateway(listener: listener, backends: backends, metricsPort: 8404, requestsPerMinute: 6_000)
            .files(in: root.path, publicKeys: layout.publicKeys, templates: TestSupport.Checkout.root.path + "/gateway-config")
    }

    @Test("HAProxy takes them without a warning", arguments: Listener.allCases)
    func isValid(listener: Listener) async throws {
        try await withTemporaryFolder { root in
            for (name, contents) in try files(listener, in: root) { try PrivateFile.write(contents, to: root.path + "/" + name) }

            let check = Process()
            check.executableURL = URL(filePath: try GatewayFolder.haproxy())
            check.arguments = ["-c", "-C", root.path] + GatewayConfiguration.mainFiles(listener).flatMap { ["-f", $0] }
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
            #expect(text.contains(" \(service.rawValue).mesh.svc.example:8080 resolvers cluster"))
        }
        #expect(text.contains("backend inference\n    balance hash var(txn.model)\n    hash-type consistent"))
    }
}
