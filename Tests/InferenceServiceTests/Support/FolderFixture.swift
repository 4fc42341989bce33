import Contracts
import Foundation
import HTTPService
import Observability
import ServiceTestSupport
import Settings
import TestSupport

@testable import InferenceService

/// A folder of models, and inference that serves it without a mesh.
struct FolderFixture: Sendable {
    let root: URL

    var models: URL { root.appending(path: "models") }
    var log: URL { root.appending(path: "log") }

    /// Writes a version's file; in one step, as a careful newcomer does.
    func put(_ bytes: [UInt8], _ name: String, _ version: Int) throws {
        let folder = models.appending(path: "\(name)/\(version)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: folder.appending(path: "model.onnx"), options: .atomic)
    }

    /// Writes a file beside the versions of a model.
    func put(_ text: String, _ name: String, file: String) throws {
        try FileManager.default.createDirectory(at: models.appending(path: name), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: models.appending(path: "\(name)/\(file)"), options: .atomic)
    }

    func service(_ arguments: [String] = []) throws -> MeshService {
        try service(alone: ["--models", models.path, "--log", log.path] + arguments)
    }

    func service(alone arguments: [String]) throws -> MeshService {
        let environment = ["MESH_ONNXRUNTIME": EngineLibrary.path]
        var reader = SettingsReader(environment: environment, arguments: arguments)
        let base = ServiceBase(
            name: .inference, http: HTTPSettings(keys: [:], localCaller: .local), logger: quiet, metrics: PrometheusRegistry(),
            environment: environment)
        return try makeInferenceService(&reader, base)
    }

    /// Runs the service and waits until it is ready.
    func running<T: Sendable>(_ arguments: [String] = [], _ body: @Sendable @escaping (HTTPProbe) async throws -> T) async throws -> T {
        try await withRunning(try service(arguments)) { probe in
            try await eventually {
                let ready = try await probe.send("GET", "/v2/health/ready")
                return ready.status == 200 ? nil : ready.text
            }
            return try await body(probe)
        }
    }
}

/// Gives the body an empty folder of models.
func withFolder<T>(_ body: (FolderFixture) async throws -> T) async throws -> T {
    try await withTemporaryFolder { root in
        let fixture = FolderFixture(root: root)
        try FileManager.default.createDirectory(at: fixture.models, withIntermediateDirectories: true)
        return try await body(fixture)
    }
}
