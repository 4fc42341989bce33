import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Model versions of MLflow's API", .serialized)
struct RegisteredVersionTests {
    @Test("a free model's version keeps its artifacts as they were, has aliases, stages and tags, and can be copied")
    func free() async throws {
        try await withMLflow { mlflow in
            try await mlflow.create("iris")
            let made = try await mlflow.version("iris")
            mlflow.trainer.keep(MLflowFixture.logged, ["model.onnx": "another"])
            let second = try await mlflow.version("iris")
            let uris = try await ["1", "2"].asyncMap { version in
                try await mlflow.call("GET", "model-versions/get-download-uri", ["name": "iris", "version": .string(version)])
                    .json["artifact_uri"]?.stringValue
            }
            _ = try await mlflow.alias("Best_1", of: "iris", to: 1)
            _ = try await mlflow.call("PATCH", "model-versions/update", ["name": "iris", "version": "1", "description": "first"])
            let staged = try await mlflow.call(
                "POST", "model-versions/transition-stage", ["name": "iris", "version": 1, "stage": "production"])
            let next = try await mlflow.call(
                "POST", "model-versions/transition-stage",
                ["name": "iris", "version": "2", "stage": "Production", "archive_existing_versions": true])
            let former = try await mlflow.call("GET", "model-versions/get", ["name": "iris", "version": "1"])
            try await mlflow.create("copy")
            let copy = try await mlflow.version("copy", source: "models:/iris/1")
            let copied = try await mlflow.call("GET", "model-versions/get-download-uri", ["name": "copy", "version": "1"])

            #expect(made.json["model_version"]?["status"] == "READY")
            #expect(made.json["model_version"]?["run_id"] == "0123456789abcdef0123456789abcdef")
            #expect(second.json["model_version"]?["version"] == "2")
            #expect(Set(uris.compactMap(\.self)).count == 2 && uris.allSatisfy { $0?.hasPrefix("mlflow-artifacts:/snapshots/") == true })
            #expect(staged.json["model_version"]?["current_stage"] == "Production")
            #expect(staged.json["model_version"]?["aliases"] == ["Best_1"])
            #expect(next.json["model_version"]?["current_stage"] == "Production")
            #expect(former.json["model_version"]?["current_stage"] == "Archived")
            #expect(former.json["model_version"]?["description"] == "first")
            #expect(copy.status == 200)
            #expect(copied.json["artifact_uri"]?.stringValue == uris[0])
            #expect(try await mlflow.registry.events(EventType.versionRegistered) == 0)
        }
    }

    @Test("deleting a version takes its aliases; its number does not come back")
    func delete() async throws {
        try await withMLflow { mlflow in
            try await mlflow.create("iris")
            for _ in 1...2 { try await mlflow.version("iris") }
            _ = try await mlflow.alias("best", of: "iris", to: 2)
            let deleted = try await mlflow.call("DELETE", "model-versions/delete", ["name": "iris", "version": "2"])
            let again = try await mlflow.call("DELETE", "model-versions/delete", ["name": "iris", "version": "2"])

            #expect(deleted.status == 200 && again.status == 404)
            #expect(try await mlflow.target("best", of: "iris") == nil)
            #expect(try await mlflow.target("latest", of: "iris") == "1")
        }
    }

    @Test("a capability is a registered model: the trainer's versions and the client's are one list")
    func capability() async throws {
        try await withMLflow(versions: 1) { mlflow in
            let registered = try await mlflow.version("digits")
            let mesh = try await mlflow.registry.get("/v1/registry/models/digits/versions/2").decode(ModelVersion.self)
            let next = try await mlflow.registry.register("r2").decode(ModelVersion.self)
            let first = try await mlflow.call("GET", "model-versions/get", ["name": "digits", "version": "1"])
            _ = try await mlflow.registry.point("trial", to: 3)
            let model = try await mlflow.call("GET", "registered-models/get", ["name": "digits"])

            #expect(registered.json["model_version"]?["version"] == "2")
            #expect(mesh.model == Digest(of: Array("onnx".utf8)))
            #expect(mesh.recipe == "mlflow" && mesh.run == "0123456789abcdef0123456789abcdef")
            #expect(next.version == 3)
            #expect(first.json["model_version"]?["source"] == "runs:/r1/model")
            #expect(model.json["registered_model"]?["aliases"] == [["alias": "trial", "version": "3"]])
            #expect(try await mlflow.target("trial", of: "digits") == "3")
            #expect(try await mlflow.registry.events(EventType.versionRegistered) == 3)
        }
    }

    @Test("a version without an ONNX file is kept, and no alias of a capability may point to it")
    func notServable() async throws {
        try await withMLflow(versions: 0) { mlflow in
            mlflow.trainer.keep("runs:/r/model", ["MLmodel": "flavors:", "model.pkl": "pickled"])
            let made = try await mlflow.version("digits", source: "runs:/r/model")
            let pointed = try await mlflow.alias("trial", of: "digits", to: 1)

            #expect(made.json["model_version"]?["version"] == "1")
            #expect(pointed.status == 409 && pointed.json["error_code"] == "RESOURCE_CONFLICT")
            #expect(pointed.text.contains("ONNX"))
            #expect(try await mlflow.registry.get("/v1/registry/models/digits/versions/1").status == 404)
            #expect(try await mlflow.registry.register("r1").decode(ModelVersion.self).version == 2)
        }
    }

    @Test("a version is of the run whose artifacts it has, whatever run_id says")
    func run() async throws {
        try await withMLflow { mlflow in
            try await mlflow.create("iris")
            let members: JSONValue = [
                "name": "iris", "source": .string(MLflowFixture.logged), "run_id": "ffffffffffffffffffffffffffffffff",
            ]
            let answer = try await mlflow.call("POST", "model-versions/create", members)

            #expect(answer.status == 400 && answer.text.contains("run_id"))
            #expect(try await mlflow.found("model-versions/search", "version") == [])
        }
    }

    @Test("artifacts of another team cannot be registered")
    func foreign() async throws {
        try await withMLflow { mlflow in
            mlflow.trainer.keep("runs:/theirs/model", team: "others", ["model.onnx": "x"])
            try await mlflow.create("iris")
            let answer = try await mlflow.version("iris", source: "runs:/theirs/model")

            #expect(answer.status == 403 && answer.json["error_code"] == "PERMISSION_DENIED")
        }
    }
}

extension Array {
    /// The elements, each mapped after the one before.
    func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var mapped: [T] = []
        for element in self { mapped.append(try await transform(element)) }
        return mapped
    }
}
