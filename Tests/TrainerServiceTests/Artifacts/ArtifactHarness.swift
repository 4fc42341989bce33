import BlobStore
import Contracts
import Foundation
import Logging
import Postgres
import ServiceTestSupport
import TestSupport

@testable import TrainerService

/// Roots of artifacts and requests for them.
extension TrainerHarness {
    static let base = "/mlflow/api/2.0/mlflow-artifacts/"
    static let run = ArtifactRoot.run(experiment: "0", run: "0123456789abcdef0123456789abcdef")
    static let model = ArtifactRoot.model(experiment: "0", model: "m-0123456789abcdef0123456789abcdef")

    var parts: ArtifactParts {
        get throws { try ArtifactParts(database: database, blobs: blobs, root: blobs.root, logger: .init(label: "test")) }
    }

    /// Makes the root of a run or logged model, as what makes those does.
    func own(_ root: ArtifactRoot, team: String = "documents") async throws {
        try await database.transaction { try await ArtifactOwners.add(root, team: team, on: $0) }
    }

    func artifact(
        _ method: String, _ path: String, root: ArtifactRoot = TrainerHarness.run, token: String? = nil, headers: [String: String] = [:],
        body: [UInt8]? = nil
    ) async throws -> ProbeAnswer {
        try await probe.send(
            method, "\(Self.base)artifacts/\(root)\(path.isEmpty ? "" : "/")\(path)", token: token ?? engineer, headers: headers, body: body
        )
    }

    /// Names of a listing, folders with a slash.
    func listing(_ path: String, root: ArtifactRoot = TrainerHarness.run, token: String? = nil) async throws -> [String] {
        let whole = "\(root)" + (path.isEmpty ? "" : "/" + path)
        let answer = try await probe.send("GET", "\(Self.base)artifacts?path=\(whole)", token: token ?? engineer)
        guard answer.status == 200 else { throw TestSupportError("\(answer.status) \(answer.text)") }
        return (answer.json["files"]?.arrayValue ?? []).map { file in
            (file["path"]?.stringValue ?? "?") + (file["is_dir"] == true ? "/" : "")
        }
    }

    /// How many blobs of artifacts are on the disk.
    func artifactBlobs() throws -> Int {
        let folder = blobs.root.appending(path: "trainer/artifacts")
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return files.count { $0.split(separator: "/").last?.count == 64 }
    }
}
