import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("The gate of a capability, asked through MLflow's API", .serialized)
struct RegisteredGateTests {
    @Test("champion moves only behind its gate; a refusal is 409 RESOURCE_CONFLICT and names the failing test")
    func alias() async throws {
        try await withMLflow(versions: 0) { mlflow in
            try await mlflow.version("digits")
            let bare = try await mlflow.alias("champion", of: "digits", to: 1)
            _ = try await mlflow.registry.report(1, model: "onnx", results: [.sample("good enough", .fail)])
            let red = try await mlflow.alias("champion", of: "digits", to: 1)
            _ = try await mlflow.registry.report(1, model: "onnx")
            let green = try await mlflow.alias("champion", of: "digits", to: 1)
            let removed = try await mlflow.call("DELETE", "registered-models/alias", ["name": "digits", "alias": "champion"])

            #expect(bare.status == 409 && bare.json["error_code"] == "RESOURCE_CONFLICT")
            #expect(red.status == 409 && red.json["error_code"] == "RESOURCE_CONFLICT" && red.text.contains("good enough"))
            #expect(green.status == 200 && green.text == "{}")
            #expect(removed.status == 409)
            #expect(try await mlflow.target("champion", of: "digits") == "1")
            #expect(try await mlflow.registry.events(EventType.aliasMoved) == 1)
        }
    }

    @Test("a stage is no way around: Production is champion, and moves behind the same gate")
    func stage() async throws {
        try await withMLflow(versions: 0) { mlflow in
            try await mlflow.version("digits")
            let members: JSONValue = ["name": "digits", "version": "1", "stage": "Production"]
            let closed = try await mlflow.call("POST", "model-versions/transition-stage", members)
            let before = try await mlflow.call(
                "GET", "registered-models/get-latest-versions", ["name": "digits", "stages": ["Production"]])
            _ = try await mlflow.registry.report(1, model: "onnx")
            let open = try await mlflow.call("POST", "model-versions/transition-stage", members)
            let out = try await mlflow.call(
                "POST", "model-versions/transition-stage", ["name": "digits", "version": "1", "stage": "Archived"])

            #expect(closed.status == 409 && closed.json["error_code"] == "RESOURCE_CONFLICT")
            #expect(before.text == "{}")
            #expect(open.json["model_version"]?["current_stage"] == "Production")
            #expect(try await mlflow.target("champion", of: "digits") == "1")
            #expect(out.status == 409)
        }
    }

    @Test("a capability's model is not renamed, deleted or made anew, and the version of champion is not deleted")
    func names() async throws {
        try await withMLflow(versions: 0) { mlflow in
            for _ in 1...2 { try await mlflow.version("digits") }
            _ = try await mlflow.registry.report(1, model: "onnx")
            _ = try await mlflow.alias("champion", of: "digits", to: 1)
            try await mlflow.create("iris")
            let answers = [
                try await mlflow.call("POST", "registered-models/rename", ["name": "digits", "new_name": "numbers"]),
                try await mlflow.call("DELETE", "registered-models/delete", ["name": "digits"]),
                try await mlflow.call("DELETE", "model-versions/delete", ["name": "digits", "version": "1"]),
            ]
            let onto = try await mlflow.call("POST", "registered-models/rename", ["name": "iris", "new_name": "digits"])
            let spare = try await mlflow.call("DELETE", "model-versions/delete", ["name": "digits", "version": "2"])

            for answer in answers { #expect(answer.status == 409 && answer.json["error_code"] == "RESOURCE_CONFLICT", "\(answer.text)") }
            #expect(onto.json["error_code"] == "RESOURCE_ALREADY_EXISTS")
            #expect(spare.status == 200)
            #expect(try await mlflow.registry.get("/v1/registry/models/digits/versions/2").status == 404)
            #expect(try await mlflow.registry.point("trial", to: 2).status == 404)
            #expect(try await mlflow.target("champion", of: "digits") == "1")
        }
    }

    @Test("a version that a protected alias holds keeps its other aliases, too, when it is to be deleted")
    func whole() async throws {
        try await withMLflow(versions: 0) { mlflow in
            _ = try await mlflow.registry.apply(SampleManifest.changed("protected", ["champion", "gold"]))
            try await mlflow.version("digits")
            _ = try await mlflow.registry.report(1, model: "onnx", revision: 2)
            for alias in ["canary", "gold"] { _ = try await mlflow.alias(alias, of: "digits", to: 1) }
            let refused = try await mlflow.registry.deleteVersion(1)

            #expect(refused.status == 409 && refused.text.contains("gold"), "\(refused.text)")
            for alias in ["canary", "gold"] { #expect(try await mlflow.target(alias, of: "digits") == "1", "\(alias)") }
            #expect(try await mlflow.registry.events(EventType.aliasRemoved) == 0)
        }
    }

    @Test("a free model that becomes a capability brings its numbers, but no alias and no stage that no gate has seen")
    func adoption() async throws {
        try await withMLflow { mlflow in
            try await mlflow.create("digits")
            for _ in 1...2 { try await mlflow.version("digits") }
            _ = try await mlflow.alias("champion", of: "digits", to: 1)
            _ = try await mlflow.call(
                "POST", "model-versions/transition-stage", ["name": "digits", "version": "2", "stage": "Production"])
            _ = try await mlflow.registry.apply(SampleManifest.json)
            let next = try await mlflow.registry.register("r1").decode(ModelVersion.self)
            let pointed = try await mlflow.alias("champion", of: "digits", to: 1)
            let staged = try await mlflow.call(
                "GET", "registered-models/get-latest-versions", ["name": "digits", "stages": ["Production"]])

            #expect(next.version == 3)
            #expect(try await mlflow.target("champion", of: "digits") == nil)
            #expect(pointed.status == 409)
            #expect(staged.text == "{}")
            #expect(try await mlflow.found("model-versions/search", "version", filter: "name = 'digits'") == ["3", "2", "1"])
        }
    }

    @Test("a run that registered its model through MLflow may register another one of its own accord")
    func runOfTheTrainer() async throws {
        try await withMLflow(versions: 0) { mlflow in
            try await mlflow.version("digits")
            try await mlflow.version("digits")
            let run = "0123456789abcdef0123456789abcdef"
            let same = try await mlflow.registry.register(run, model: "onnx")
            let other = try await mlflow.registry.register(run, model: "another")

            #expect(try same.decode(ModelVersion.self).version == 1)
            #expect(try other.decode(ModelVersion.self).version == 3)
        }
    }
}
