import Cryptography
import Foundation
import ServiceTestSupport
import TestSupport

/// An instance of inference as a process of its own, which can be killed.
final class InferenceProcess {
    private let process = Process()

    init(_ fixture: BatchFixture, workers: Int, shardRows: Int) throws {
        let folder = fixture.inference.folder
        let keys = folder.appending(path: "public-key.pem")
        try Data(TestAuthority().key.publicKeyPEM.utf8).write(to: keys)
        process.executableURL = Checkout.root.appending(path: ".build/debug/inference")
        process.environment = [
            "PATH": "/usr/bin:/bin", "LISTEN_PORT": "0", "DATABASE_URL": fixture.inference.url, "INSTANCE": "killed",
            "MESH_BLOBS": folder.appending(path: "blobs").path, "MESH_CLIENT_ID": "inference",
            "MESH_CLIENT_SECRET_FILE": folder.appending(path: "secret").path, "MESH_SPOOL": folder.appending(path: "spool-of-process").path,
            "MESH_PUBLIC_KEY": keys.path, "MESH_ONNXRUNTIME": BatchFixture.library("libonnxruntime.so", "MESH_ONNXRUNTIME"),
            "LOG_LEVEL": "warning",
        ].merging(fixture.environment(workers: workers, shardRows: shardRows)) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// kill -9.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Most bytes that were resident since ``forgetPeak()``.
    var peak: Int {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) << 10
    }

    func forgetPeak() {
        try? Data("5".utf8).write(to: URL(filePath: "/proc/\(process.processIdentifier)/clear_refs"))
    }
}
