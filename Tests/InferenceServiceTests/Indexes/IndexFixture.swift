import BlobStore
import Contracts
import EventLog
import Foundation
import HTTPService
import ServiceTestSupport
import Tables
import TestSupport
import Testing

@testable import InferenceService

/// Inference with a dataset of some rows, and an index over them.
struct IndexFixture: Sendable {
    static let path = "/v1/inference/indexes/pages"
    static let token = InferenceFixture.engineer

    let batch: BatchFixture

    /// Element sums that differ little, so that embeddings differ.
    static func pixels(_ row: Int) -> [Double] { [Double(row % 17) / 8, Double(row % 5) / 4, 1, Double(row % 3) / 3] }
    static func source(_ row: Int) -> String { row % 4 == 0 ? "scanner" : "phone" }

    private static func stored(_ index: Int) -> StoredRow {
        let (id, salt) = ("r\(index)", [UInt8](repeating: 7, count: 16))
        let input: [String: JSONValue] = ["pixels": .array(pixels(index).map { .number($0) })]
        let context: [String: JSONValue] = ["source": .string(source(index))]
        return StoredRow(
            row: DatasetRow(id: id, split: "train", input: input, context: context, label: 8),
            digest: RowDigest.digest(id: id, input: input, context: context, label: 8, salt: salt), salt: salt)
    }

    func declare(_ specs: IndexSpec..., by capability: String = "digits", team: String = "documents") async throws {
        var record = try SampleModel.record()
        record.revision = 2
        (record.name, record.team) = (capability, team)
        record.manifest.indexes = specs
        try await batch.inference.announce(EventType.capabilityApplied, record)
    }

    /// Commits a dataset version of so many rows.
    ///
    /// - Parameter isTold: whether the log has the event, on which a build follows.
    func commit(_ count: Int, version: Int = 1, isTold: Bool = false) async throws {
        let interface = try SampleModel.record().manifest.interface
        let file = batch.inference.folder.appending(path: "segment-\(version)-\(UUID().uuidString)")
        let rows = (0..<count).map { Self.stored($0) }
        try await SegmentLayout(interface).write(rows, to: file, with: try batch.tables())
        let blob = try await batch.inference.blobs.put(file: file)
        let made = DatasetVersion(
            dataset: "digits", number: version, id: Digest(of: [1]), manifest: Digest(of: [2]), message: "m", createdAt: .now,
            createdBy: "key:1", splits: [:], segments: [DatasetSegment(ordinal: 1, blob: blob, rows: count, bytes: 1)], checks: [])
        batch.peers.change { state in
            let before = state.datasets["digits"]?.versions ?? []
            state.datasets["digits"] = ("documents", before + [made])
        }
        var told = made
        told.segments = []
        if isTold { try await batch.inference.announce(EventType.datasetCommitted, told) }
    }

    /// Asks for a build and waits until it has ended.
    func build(_ mesh: BatchMesh) async throws -> SimilarityIndex {
        try await eventually {
            let found = try await mesh.probe.send("GET", Self.path, token: Self.token)
            return found.status == 200 ? nil : found.text
        }
        let asked = try await mesh.probe.send("POST", Self.path + "/builds", token: Self.token)
        try #require(asked.status == 202, "\(asked.text)")
        try await eventually(within: .seconds(60)) {
            let index = try await mesh.probe.send("GET", Self.path, token: Self.token).decode(SimilarityIndex.self)
            return index.state == .ready || index.state == .failed ? nil : "\(index)"
        }
        return try await mesh.probe.send("GET", Self.path, token: Self.token).decode(SimilarityIndex.self)
    }

    func find(_ mesh: BatchMesh) async throws -> SimilarityIndex {
        try await mesh.probe.send("GET", Self.path, token: Self.token).decode(SimilarityIndex.self)
    }

    /// The index once a condition holds.
    func find(_ mesh: BatchMesh, when condition: @escaping @Sendable (SimilarityIndex) -> Bool) async throws -> SimilarityIndex {
        try await eventually(within: .seconds(60)) {
            let answer = try await mesh.probe.send("GET", Self.path, token: Self.token)
            guard answer.status == 200 else { return answer.text }
            return condition(try answer.decode(SimilarityIndex.self)) ? nil : answer.text
        }
        return try await find(mesh)
    }

    func search(_ mesh: BatchMesh, _ json: String) async throws -> ProbeAnswer {
        try await mesh.probe.send("POST", Self.path + "/search", token: Self.token, json: json)
    }
}

func withIndex<T: Sendable>(_ body: @Sendable @escaping (IndexFixture) async throws -> T) async throws -> T {
    try await withBatch { try await body(IndexFixture(batch: $0)) }
}
