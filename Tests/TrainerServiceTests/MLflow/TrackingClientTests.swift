import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Tracking with MLflow's own client", .serialized)
struct TrackingClientTests {
    private static let python = Checkout.root.appending(path: ".mesh/clients/mlflow/bin/python")

    /// Whether `deploy/scripts/clients.sh mlflow` has made the environment.
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: python.path) }

    @Test(
        "the stock client tracks, searches and keeps artifacts; twenty at once lose nothing; a lost answer doubles nothing",
        .enabled(if: TrackingClientTests.isInstalled, "run deploy/scripts/clients.sh mlflow"))
    func stockClient() async throws {
        try await withTrainer { mesh in
            let output = try await run([
                "PATH": "/usr/bin:/bin", "MLFLOW_TRACKING_URI": "http://127.0.0.1:\(mesh.probe.port)/mlflow",
                "MLFLOW_TRACKING_TOKEN": mesh.engineer, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
            ])

            // The client itself prints where a run can be seen.
            let last = output.split(separator: UInt8(ascii: "\n")).last ?? output
            let seen = try WireJSON.decode(JSONValue.self, from: Data(last))
            #expect(seen["failed"] == [])
            #expect(seen["passed"]?.arrayValue?.count == 40)
        }
    }

    private func run(_ environment: [String: String]) async throws -> Data {
        let script = Checkout.root.appending(path: "Tests/Clients/mlflow_tracking.py")
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
