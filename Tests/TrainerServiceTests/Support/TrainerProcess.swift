import Cryptography
import Foundation
import ServiceTestSupport
import TestSupport

@testable import TrainerService

/// A trainer as a process of its own, which can be killed.
final class TrainerProcess {
    private let process = Process()

    init(database url: String, blobs: URL, internalURL: String, lease: Int, port: Int = 0, tracking: String? = nil) throws {
        let keys = blobs.appending(path: "public-key.pem")
        let secret = blobs.appending(path: "client-secret")
        try Data(TestAuthority().key.publicKeyPEM.utf8).write(to: keys)
        try Data("secret".utf8).write(to: secret)
        process.executableURL = Checkout.root.appending(path: ".build/debug/trainer")
        process.environment = [
            "PATH": "/usr/bin:/bin", "LISTEN_PORT": String(port), "DATABASE_URL": url, "MESH_BLOBS": blobs.path,
            "MESH_INTERNAL_URL": internalURL,
            "TRAINER_TRACKING_URL": tracking ?? internalURL + "/mlflow",
            "MESH_CLIENT_ID": "trainer", "MESH_CLIENT_SECRET_FILE": secret.path, "MESH_PUBLIC_KEY": keys.path,
            "TRAINER_LEASE": String(lease), "MESH_ONNXRUNTIME": TestLibraries.path("libonnxruntime.so", "MESH_ONNXRUNTIME"),
            "MESH_DUCKDB": TestLibraries.path("libduckdb.so", "MESH_DUCKDB"), "LOG_LEVEL": "warning",
            "TRAINER_COMMANDS": SandboxProbe.abilities.isolates ? "isolated" : "trusted",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    var id: Int32 { process.processIdentifier }

    var isRunning: Bool { process.isRunning }

    /// SIGSTOP: the process stands still, with all its connections open.
    func suspend() { Foundation.kill(process.processIdentifier, SIGSTOP) }

    /// SIGCONT.
    func resume() { Foundation.kill(process.processIdentifier, SIGCONT) }

    /// kill -9.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// SIGTERM, and how the process ended.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }
}
