import BlobStore
import Contracts
import Foundation
import MeshClient
import ServiceTestSupport
import TestSupport

@testable import MeshCommand

/// A model that nobody trained, registered in a real mesh as the trainer registers what it made.
struct PublishedEcho: Sendable {
    /// What the model's only test is called.
    private static let test = "answers"

    let model: EchoModel
    let mesh: RealMesh

    /// Declares the model, registers it with a green report, makes it the champion, and waits until it answers.
    ///
    /// - Returns: the secret of a key of its team that may call it, and load and unload it.
    func publish() async throws -> String {
        let administrator = try mesh.administrator()
        let record: CapabilityRecord = try await administrator.put(Path("v1", "registry", "capabilities", model.name), manifest)
        let bytes = try model.bytes()
        let digest = try await DirectoryBlobStore(root: URL(filePath: mesh.layout.blobs)).put(bytes)
        let version = try await register(digest, bytes: bytes.count, revision: record.revision)
        try await report(version, digest, revision: record.revision)
        let change = AliasChange(version: version.version, reason: "its test is green")
        let _: ModelAlias = try await administrator.put(Path("v1", "registry", "models", model.name, "aliases", "champion"), change)
        let (secret, caller) = try await DemoCast.key(
            "methods", team: DemoCast.team, roles: [.viewer, .operator], administrator)
        try await eventually(within: RealMesh.patience) {
            let answer = try await caller.send(ClientRequest("GET", Path("v2", "models", model.name, "ready")))
            return answer.isSuccess ? nil : "status \(answer.status)"
        }
        return secret
    }

    /// With a test, since only what was tested becomes a champion.
    private var manifest: JSONValue {
        var members = model.manifest(team: DemoCast.team, callers: [DemoCast.productTeam]).objectValue ?? [:]
        members["tests"] = [["name": .string(Self.test), "kind": "metric", "metric": "accuracy", "atLeast": 0]]
        return .object(members)
    }

    private func register(_ digest: Digest, bytes: Int, revision: Int) async throws -> ModelVersion {
        let wish = NewModelVersion(
            model: digest, bytes: bytes, run: model.name, dataset: DatasetReference(name: model.name, version: 1),
            manifestRevision: revision, recipe: "echo", parameters: [:], seed: 1, metrics: [:])
        return try await send(wish, to: Path("v1", "registry", "models", model.name, "versions"))
    }

    private func report(_ version: ModelVersion, _ digest: Digest, revision: Int) async throws {
        let result = TestResult(
            name: Self.test, kind: "metric", verdict: .pass, blocking: true, metric: "accuracy", value: 1, low: 1, high: 1, bound: 0,
            rows: 1,
            message: "All rows are right.")
        let report = SuiteReport(
            id: model.name, capability: model.name, model: digest, version: version.version, manifestRevision: revision,
            dataset: version.dataset, champion: nil, startedAt: .now, seconds: 0, results: [result])
        let _: SuiteReport = try await send(
            report, to: Path("v1", "registry", "models", model.name, "versions", String(version.version), "reports"))
    }

    /// Sends something in the trainer's name, through the internal gateway.
    private func send<Answer: Decodable>(_ body: some Encodable, to path: Path) async throws -> Answer {
        let url = try mesh.record.internalURL
        let secret = try String(contentsOfFile: mesh.layout.secret(ServiceName.trainer.rawValue), encoding: .utf8)
        let tokens = TokenSource.credentials(
            baseURL: url, id: ServiceName.trainer.rawValue, secret: secret.trimmingCharacters(in: .whitespacesAndNewlines))
        let request = try MeshCalls.request("POST", path, body)
        let answer = try await MeshClient(baseURL: url, peer: .modelRegistry, tokens: tokens).send(request)
        guard answer.isSuccess else { throw TestSupportError(MeshCalls.fault(status: answer.status, body: answer.body)) }
        return try answer.decode(Answer.self)
    }
}
