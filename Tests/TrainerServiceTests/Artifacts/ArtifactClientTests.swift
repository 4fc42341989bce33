import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Artifacts with MLflow's own client", .serialized)
struct ArtifactClientTests {
    private static let python = Checkout.root.appending(path: ".mesh/clients/mlflow/bin/python")

    /// Whether `deploy/scripts/clients.sh mlflow` has made the environment.
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: python.path) }

    @Test(
        "the stock client sends, lists, fetches and deletes files and folders, and sends a large file in parts",
        .enabled(if: ArtifactClientTests.isInstalled, "run deploy/scripts/clients.sh mlflow"))
    func stockClient() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            let output = try await run([
                "PATH": "/usr/bin:/bin", "MLFLOW_TRACKING_URI": "http://127.0.0.1:\(mesh.probe.port)/mlflow",
                "MLFLOW_TRACKING_TOKEN": mesh.engineer, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
                "MESH_ROOT": TrainerHarness.run.uri,
            ])

            let seen = try WireJSON.decode(JSONValue.self, from: output)
            #expect(seen["failed"] == [])
            #expect(seen["passed"]?.arrayValue?.count == 9)
        }
    }

    private func run(_ environment: [String: String]) async throws -> Data {
        let script = Checkout.root.appending(path: "Tests/Clients/mlflow_artifacts_client.py")
        return try await ComputeThread.run("client") {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = Self.python
            process.arguments = ["-B", script.path]
            process.environment = environment
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            try process.run()
            return pipe.fileHandleForReading.readDataToEndOfFile()
        }
    }
}
