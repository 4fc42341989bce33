import BlobStore
import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Programs that log to MLflow", .serialized, .enabled(if: client != nil && SandboxProbe.abilities.namespaces != .none))
struct CommandTrackingTests {
    /// A script as its author has it: it knows nothing of the mesh.
    private let script = """
        import base64, mlflow
        mlflow.log_param("epochs", 3)
        for step, loss in enumerate([0.5, 0.25]):
            mlflow.log_metric("loss", loss, step=step)
        open("model.onnx", "wb").write(base64.b64decode(open("model.txt").read()))
        mlflow.log_artifact("model.onnx", "model")
        print("run", mlflow.active_run().info.run_id)
        """

    @Test("a stock client's script is tracked without a change, in its own run, and the ONNX file that it logged is registered")
    func tracked() async throws {
        try await withTrainerProcesses { mesh, start in
            try await mesh.commit(try Digits.rows(300), manifest: try Digits.manifest())
            let process = try start()
            let native = try await mesh.ended(try await mesh.start().id)
            let model = try await mesh.blobs.get(try #require(native.model))
            let archive = try await mesh.archive(
                of: "exec /usr/bin/python3 train.py",
                files: ["train.py": Array(script.utf8), "model.txt": Array(Data(model).base64EncodedString().utf8)])
            let recipe = CommandRecipe(
                archive: archive, command: ["sh", "train.sh"],
                environment: ["PYTHONPATH": try #require(client), "GIT_PYTHON_REFRESH": "quiet"])
            let wish = NewRun(capability: "digits", command: recipe)
            let run = try await mesh.ended(try await mesh.start(String(decoding: try WireJSON.encode(wish), as: UTF8.self)).id)
            let log = try await mesh.probe.send("GET", "/v1/trainer/runs/\(run.id)/logs", token: mesh.engineer).text
            #expect(run.state == .succeeded, "\(run.error ?? "") \(log)")
            #expect(log.contains("run \(run.id)\n"), "\(log)")
            #expect(run.model == native.model)
            #expect(run.metrics["loss"] == 0.25)
            #expect(run.metrics["validation_accuracy"] == native.metrics["validation_accuracy"])
            #expect(mesh.peers.now.versions.map(\.run) == [native.id, run.id])
            let params = try await mesh.database.query("SELECT value FROM tracked_params WHERE run = \(run.id) AND key = 'epochs'")
            #expect(try params.first?.decode("value", as: String.self) == "3")
            process.kill()
        }
    }
}

/// Packages of the pinned client; nil where `make clients` has not been run.
private let client: String? = {
    let folder = Checkout.root.appending(path: ".mesh/clients/mlflow/lib")
    let python = try? FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasPrefix("python3") }
    return python.map { folder.appending(path: $0).appending(path: "site-packages").path }
}()
