import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("The registry with MLflow's own client", .serialized)
struct RegistryClientTests {
    private static let python = Checkout.root.appending(path: ".mesh/clients/mlflow/bin/python")
    private static let source = "mlflow-artifacts:/0/0123456789abcdef0123456789abcdef/artifacts/model"

    /// Whether `deploy/scripts/clients.sh mlflow` has made the environment.
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: python.path) }

    @Test(
        "every method of the stock client's registry works, and a gate's refusal is not tried again",
        .enabled(if: RegistryClientTests.isInstalled, "run deploy/scripts/clients.sh mlflow"))
    func stockClient() async throws {
        try await withMLflow(versions: 0) { mlflow in
            mlflow.trainer.keep(Self.source, run: "0123456789abcdef0123456789abcdef", ["MLmodel": "flavors:", "model.onnx": "onnx"])
            let output = try await run([
                "PATH": "/usr/bin:/bin", "MLFLOW_TRACKING_URI": "http://127.0.0.1:\(mlflow.registry.probe.port)/mlflow",
                "MLFLOW_TRACKING_TOKEN": RegistryFixture.engineer, "MLFLOW_DISABLE_TELEMETRY": "true",
                "MESH_SOURCE": Self.source, "MESH_CAPABILITY": "digits",
            ])

            let seen = try WireJSON.decode(JSONValue.self, from: output)
            #expect(seen["failed"] == [])
            #expect(seen["passed"]?.arrayValue?.count == 48)
        }
    }

    /// What the script wrote; a file takes it, so that no thread waits.
    private func run(_ environment: [String: String]) async throws -> Data {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "output")
            try Data().write(to: file)
            let process = Process()
            process.executableURL = Self.python
            process.arguments = ["-B", Checkout.root.appending(path: "Tests/Clients/mlflow_registry.py").path]
            process.environment = environment
            process.standardOutput = try FileHandle(forWritingTo: file)
            process.standardError = FileHandle.nullDevice
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                process.terminationHandler = { _ in continuation.resume() }
                do { try process.run() } catch { continuation.resume(throwing: error) }
            }
            return try Data(contentsOf: file)
        }
    }
}
