import BlobStore
import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Uploads in parts", .serialized)
struct UploadTests {
    private static let place = "\(TrainerHarness.run)/big"

    /// Begins an upload of the file `data.bin`, and gives its id, the paths of its parts and the key.
    private func begin(_ mesh: TrainerHarness, parts: Int) async throws -> (id: String, paths: [String], headers: [String: String]) {
        let answer = try await mesh.probe.send(
            "POST", "\(TrainerHarness.base)mpu/create/\(Self.place)", token: mesh.engineer, headers: ["X-Forwarded-Prefix": "/ml"],
            json: #"{"path": "models/data.bin", "num_parts": \#(parts)}"#)
        guard answer.status == 200 else { throw TestSupportError("\(answer.status) \(answer.text)") }
        let credentials = answer.json["credentials"]?.arrayValue ?? []
        #expect(credentials.map { $0["part_number"]?.integerValue } == (1...parts).map { Int64($0) })
        let paths = credentials.compactMap { $0["url"]?.stringValue }.map { url in
            #expect(url.hasPrefix("http://mesh/ml/v1/trainer/uploads/"), "\(url)")
            return String(url.dropFirst("http://mesh/ml".count))
        }
        let key = credentials.first?["headers"]?["x-upload-key"]?.stringValue ?? ""
        return (answer.json["upload_id"]?.stringValue ?? "", paths, ["x-upload-key": key])
    }

    private func end(_ mesh: TrainerHarness, _ verb: String, _ id: String, parts: String = "[]") async throws -> ProbeAnswer {
        try await mesh.probe.send(
            "POST", "\(TrainerHarness.base)mpu/\(verb)/\(Self.place)", token: mesh.engineer,
            json: #"{"path": "data.bin", "upload_id": "\#(id)", "parts": \#(parts)}"#)
    }

    @Test("parts in any order, one of them twice, become the file; completing it again changes nothing")
    func complete() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            let upload = try await begin(mesh, parts: 3)
            var tags: [String] = ["", "", ""]
            for (index, content) in [(2, "c"), (0, "wrong"), (1, "b"), (0, "a")] {
                let answer = try await mesh.probe.send("PUT", upload.paths[index], headers: upload.headers, body: Array(content.utf8))
                #expect(answer.status == 200, "\(answer.text)")
                tags[index] = try #require(answer[header: "etag"])
            }
            let claims = tags.enumerated().map { #"{"part_number": \#($0 + 1), "etag": \#($1.debugDescription)}"# }.joined(separator: ",")

            #expect(try await end(mesh, "complete", upload.id, parts: "[\(claims)]").text == "{}")
            #expect(try await mesh.artifact("GET", "big/data.bin").text == "abc")
            #expect(try await mesh.artifact("PUT", "big/data.bin", body: [7]).status == 200)
            #expect(try await end(mesh, "complete", upload.id).status == 200)
            #expect(try await mesh.artifact("GET", "big/data.bin").body == [7])
            #expect(try await mesh.probe.send("PUT", upload.paths[0], headers: upload.headers, body: [1]).status == 404)
            #expect(!FileManager.default.fileExists(atPath: mesh.blobs.root.appending(path: "trainer/uploads/\(upload.id)").path))
        }
    }

    @Test("a client that completes an upload again while the first request still joins the parts is told the same")
    func completeAtOnce() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            for round in 0..<3 {
                let upload = try await begin(mesh, parts: 12)
                for path in upload.paths {
                    let content = [UInt8](repeating: UInt8(round), count: 1 << 20)
                    #expect(try await mesh.probe.send("PUT", path, headers: upload.headers, body: content).status == 200)
                }
                let answers = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            let answer = try await end(mesh, "complete", upload.id)
                            return "\(answer.status) \(answer.text)"
                        }
                    }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect(answers == ["200 {}"])
            }
        }
    }

    @Test("what is not whole, not known or not allowed is refused by name; an aborted upload leaves nothing")
    func refused() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            let upload = try await begin(mesh, parts: 2)
            #expect(try await mesh.probe.send("PUT", upload.paths[0], headers: upload.headers, body: [1]).status == 200)

            let missing = try await end(mesh, "complete", upload.id)
            #expect(missing.status == 400)
            #expect(missing.text.contains("part 2 is missing"))
            #expect(try await mesh.probe.send("PUT", upload.paths[0], headers: ["x-upload-key": "guess"], body: [1]).status == 404)
            #expect(try await mesh.probe.send("PUT", upload.paths[0], token: mesh.engineer, body: [1]).status == 404)
            let third = upload.paths[1].dropLast() + "3"
            #expect(try await mesh.probe.send("PUT", String(third), headers: upload.headers, body: [1]).status == 400)
            #expect(try await end(mesh, "complete", "nothing").status == 404)
            let other = try await mesh.probe.send(
                "POST", "\(TrainerHarness.base)mpu/create/\(Self.place)", token: mesh.authority.key(roles: [.engineer], team: "mobile"),
                json: #"{"path": "x", "num_parts": 1}"#)
            #expect(other.status == 403)
            for body in [#"{"path": "x", "num_parts": 0}"#, #"{"path": "..", "num_parts": 1}"#, "{", #"{"num_parts": 10001, "path": "x"}"#]
            {
                let answer = try await mesh.probe.send(
                    "POST", "\(TrainerHarness.base)mpu/create/\(Self.place)", token: mesh.engineer, json: body)
                #expect((answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), "\(body)")
            }
            #expect(try await end(mesh, "abort", upload.id).text == "{}")
            #expect(try await end(mesh, "abort", upload.id).status == 200)
            #expect(try await end(mesh, "complete", upload.id).status == 404)
            #expect(try await mesh.listing("big") == [])
            #expect(!FileManager.default.fileExists(atPath: mesh.blobs.root.appending(path: "trainer/uploads/\(upload.id)").path))
        }
    }

    @Test("uploads that nobody comes back to are forgotten with their parts")
    func forgotten() async throws {
        try await withTrainer { mesh in
            try await mesh.own(TrainerHarness.run)
            let upload = try await begin(mesh, parts: 2)
            #expect(try await mesh.probe.send("PUT", upload.paths[0], headers: upload.headers, body: [1]).status == 200)
            let folder = mesh.blobs.root.appending(path: "trainer/uploads/\(upload.id)")

            try await mesh.parts.sweep.sweep(at: .now + 3_600)
            #expect(FileManager.default.fileExists(atPath: folder.path))
            try await mesh.parts.sweep.sweep(at: .now + ArtifactSweep.uploadAge + 60)
            #expect(!FileManager.default.fileExists(atPath: folder.path))
            #expect(try await end(mesh, "complete", upload.id).status == 404)
        }
    }
}
