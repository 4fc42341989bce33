import BlobStore
import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Artifacts of MLflow's clients", .serialized)
struct ArtifactRoutesTests {
    @Test("a file comes back as it was sent, whole and in ranges, with what clients go by")
    func roundTrip() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
            #expect(try await mesh.artifact("PUT", "model/model.onnx", body: bytes).text == "{}")

            let whole = try await mesh.artifact("GET", "model/model.onnx")
            #expect((whole.status, whole.body) == (200, bytes))
            #expect(whole[header: "content-disposition"] == "attachment; filename*=UTF-8''model.onnx")
            #expect(whole[header: "x-content-type-options"] == "nosniff")
            let tag = try #require(whole[header: "etag"])
            #expect(tag == "\"\(Digest(of: bytes))\"")
            let range = try await mesh.artifact("GET", "model/model.onnx", headers: ["Range": "bytes=70000-70009"])
            #expect((range.status, range.body) == (206, Array(bytes[70_000..<70_010])))
            #expect(range[header: "content-range"] == "bytes 70000-70009/100000")
            let stale = try await mesh.artifact("GET", "model/model.onnx", headers: ["Range": "bytes=1-2", "If-Range": "\"old\""])
            #expect((stale.status, stale.body.count) == (200, 100_000))
            #expect(try await mesh.artifact("GET", "model/model.onnx", headers: ["Range": "bytes=200000-"]).status == 416)
            #expect(try await mesh.artifact("GET", "model/model.onnx", headers: ["If-None-Match": tag]).status == 304)
            let head = try await mesh.artifact("HEAD", "model/model.onnx")
            #expect((head.status, head.body, head[header: "content-length"]) == (200, [], "100000"))
        }
    }

    @Test("listings name files and folders, nothing for a file, and names keep their plus and their letters")
    func listings() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            let names = ["a.txt", "images/x+y.png", "images/%C3%BC%20b.png", "images/deep/z", "images0", "a/b", "images%2B"]
            for name in names where name != "a/b" { #expect(try await mesh.artifact("PUT", name, body: [1]).status == 200, "\(name)") }

            #expect(try await mesh.listing("") == ["a.txt", "images/", "images+", "images0"])
            #expect(try await mesh.listing("images") == ["deep/", "x+y.png", "ü b.png"])
            #expect(try await mesh.listing("images/deep") == ["z"])
            #expect(try await mesh.listing("a.txt") == [])
            #expect(try await mesh.listing("nothing") == [])
            #expect(try await mesh.artifact("GET", "images/x+y.png").status == 200)
            #expect(try await mesh.artifact("GET", "images/x%20y.png").status == 404)
            let run = "run_id=0123456789abcdef0123456789abcdef"
            let list = try await mesh.probe.send(
                "GET", "/mlflow/ajax-api/2.0/mlflow/artifacts/list?\(run)&path=images", token: mesh.engineer)
            #expect(list.json["root_uri"]?.stringValue == TrainerHarness.run.uri)
            #expect(list.json["files"]?.arrayValue?.first == ["path": "images/deep", "is_dir": true])
        }
    }

    @Test("a folder and a file do not share a path, and what is deleted is gone, with its bytes")
    func folders() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            for (name, byte) in [("a/b", UInt8(1)), ("a/c", 2), ("d", 3), ("e", 3)] {
                #expect(try await mesh.artifact("PUT", name, body: [byte]).status == 200)
            }

            for name in ["a", "d/x", "a/b/c"] {
                let refused = try await mesh.artifact("PUT", name, body: [9])
                #expect((refused.status, refused.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), "\(name)")
            }
            #expect(try mesh.artifactBlobs() == 3)
            #expect(try await mesh.artifact("DELETE", "a").text == "{}")
            #expect(try await mesh.artifact("DELETE", "a").status == 200)
            #expect(try await mesh.artifact("DELETE", "d").status == 200)
            #expect(try await mesh.listing("") == ["e"])
            // The third file's bytes are still those of the one that is left.
            #expect(try mesh.artifactBlobs() == 1)
            #expect(try await mesh.artifact("GET", "e").body == [3])
            #expect(try await mesh.artifact("DELETE", "").status == 200)
            #expect(try mesh.artifactBlobs() == 0)
        }
    }

    @Test(
        "hostile paths are refused before anything is written",
        arguments: ["%2e%2e/x", "a/%252e%252e/x", "a%2fb", "a%5cb", "a%00", "..%2f..%2fx", "C:%5cx", "%2e"])
    func hostile(path: String) async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            for method in ["PUT", "GET", "DELETE"] {
                let answer = try await mesh.artifact(method, path, body: method == "PUT" ? [1] : nil)
                #expect((answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), "\(method) \(answer.text)")
            }
            let list = try await mesh.probe.send(
                "GET", "\(TrainerHarness.base)artifacts?path=\(TrainerHarness.run)/\(path)", token: mesh.engineer)
            #expect(path == "a%2fb" || list.status == 400, "\(list.text)")
            #expect(try mesh.artifactBlobs() == 0)
        }
    }

    @Test("another team, and a path of no run, get nothing; an administrator gets all")
    func isolation() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            try await mesh.own(TrainerHarness.model, team: "mobile")
            #expect(try await mesh.artifact("PUT", "x", body: [1]).status == 200)
            let other = mesh.authority.key(roles: [.engineer], team: "mobile")
            let administrator = mesh.authority.key(roles: [.administrator], team: "platform")

            for (method, body) in [("GET", nil), ("PUT", [UInt8(2)]), ("DELETE", nil)] {
                let answer = try await mesh.artifact(method, "x", token: other, body: body)
                #expect((answer.status, answer.json["error_code"]) == (403, "PERMISSION_DENIED"), "\(method)")
                #expect(try await mesh.artifact(method, "x", root: TrainerHarness.model, body: body).status == 403, "\(method)")
            }
            await #expect(throws: TestSupportError.self) { try await mesh.listing("", token: other) }
            #expect(try await mesh.artifact("GET", "x", token: administrator).body == [1])
            #expect(try await mesh.artifact("PUT", "x", token: mesh.authority.key(roles: [.viewer]), body: [3]).status == 403)
            let none = try await mesh.artifact("PUT", "x", root: .run(experiment: "0", run: "none"), body: [1])
            #expect((none.status, none.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST"))
            // The run's id below another experiment is not where its artifacts are.
            #expect(try await mesh.artifact("GET", "x", root: .run(experiment: "7", run: "0123456789abcdef0123456789abcdef")).status == 404)
            let presigned = try await mesh.probe.send(
                "GET", "\(TrainerHarness.base)presigned/\(TrainerHarness.run)/x", token: mesh.engineer)
            #expect((presigned.status, presigned.json["error_code"]) == (501, "NOT_IMPLEMENTED"))
            #expect(try await mesh.probe.send("GET", "/mlflow/other/2.0/mlflow-artifacts/artifacts", token: mesh.engineer).status == 404)
        }
    }

    @Test("a snapshot stays as it was, and the mesh has its bytes, whatever becomes of the artifacts")
    func snapshot() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.model)
            for (name, byte) in [("MLmodel", UInt8(1)), ("data/model.onnx", 2)] {
                #expect(try await mesh.artifact("PUT", name, root: TrainerHarness.model, body: [byte]).status == 200)
            }
            func take(_ json: String) async throws -> ProbeAnswer {
                try await mesh.probe.send(
                    "POST", "/v1/trainer/artifacts/snapshots", token: mesh.authority.service(.modelRegistry), json: json)
            }
            let source = "models:/m-0123456789abcdef0123456789abcdef"

            let answer = try await take(#"{"source": "\#(source)", "team": "documents"}"#)
            #expect(answer.status == 201, "\(answer.text)")
            let snapshot = try answer.decode(ArtifactSnapshot.self)
            #expect(snapshot.files.map(\.path) == ["MLmodel", "data/model.onnx"])
            #expect(try await take(#"{"source": "\#(source)", "team": "documents"}"#).decode(ArtifactSnapshot.self) == snapshot)
            #expect(try await take(#"{"source": "\#(source)", "team": "mobile"}"#).status == 403)
            #expect(try await take(#"{"source": "\#(source)/nothing", "team": "documents"}"#).status == 404)
            #expect(try await take(#"{"source": "runs:/abc/../x", "team": "documents"}"#).status == 400)

            #expect(try await mesh.artifact("PUT", "MLmodel", root: TrainerHarness.model, body: [7]).status == 200)
            #expect(try await mesh.artifact("DELETE", "", root: TrainerHarness.model).status == 200)
            let root = ArtifactRoot.snapshot(snapshot.id)
            #expect(try await mesh.listing("data", root: root) == ["model.onnx"])
            #expect(try await mesh.artifact("GET", "MLmodel", root: root).body == [1])
            #expect(try await mesh.blobs.get(Digest(of: [2])) == [2])
            #expect(try await mesh.artifact("PUT", "MLmodel", root: root, body: [1]).status == 403)
            #expect(try await mesh.artifact("DELETE", "MLmodel", root: root).status == 403)
        }
    }
}
