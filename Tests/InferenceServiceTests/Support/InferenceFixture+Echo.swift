import BlobStore
import Contracts
import Foundation
import ServiceTestSupport
import TestSupport

extension InferenceFixture {
    /// Declares a model that echoes its inputs, registers it as version 1 and makes that the champion.
    func publish(_ model: EchoModel) async throws {
        let bytes = try model.bytes()
        let digest = try await blobs.put(bytes)
        let record = CapabilityRecord(
            name: model.name, team: "documents", revision: 1, digest: Digest(of: []),
            manifest: try WireJSON.read(CapabilityManifest.self, from: model.manifest(team: "documents")), appliedAt: .now,
            appliedBy: "key:1")
        let version = ModelVersion(
            capability: model.name, version: 1, model: digest, bytes: bytes.count, run: model.name,
            dataset: DatasetReference(name: "d", version: 1), manifestRevision: 1, recipe: "r", parameters: [:], seed: 1, metrics: [:],
            aliases: [], createdAt: .now)
        let alias = ModelAlias(capability: model.name, alias: "champion", version: 1, model: digest, movedAt: .now, movedBy: "key:1")
        try await announce(EventType.capabilityApplied, record)
        try await announce(EventType.versionRegistered, version)
        try await announce(EventType.aliasMoved, alias)
    }

    /// Runs an instance that serves models beside `digits`, and waits until all of them answer.
    func running<T: Sendable>(
        _ models: [EchoModel], _ body: @Sendable @escaping (HTTPProbe) async throws -> T
    ) async throws -> T {
        for model in models { try await publish(model) }
        return try await running { probe in
            for model in models {
                try await eventually {
                    let ready = try await probe.send("GET", "/v2/models/\(model.name)/ready", token: Self.engineer)
                    return ready.status == 200 ? nil : ready.text
                }
            }
            return try await body(probe)
        }
    }
}
