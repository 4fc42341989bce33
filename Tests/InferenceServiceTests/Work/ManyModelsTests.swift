import BlobStore
import Contracts
import Foundation
import ONNX
import TestSupport
import Testing

@testable import InferenceService

@Suite("Hundreds of models", .serialized)
struct ManyModelsTests {
    static let count = 500

    /// 500 different models, each with a file of its own.
    static func models(in blobs: DirectoryBlobStore) async throws -> [ServedModel] {
        var models: [ServedModel] = []
        for index in 0..<count {
            let layer = ONNXModel.Layer(weights: (0..<2048).map { Float(($0 + index) % 17) }, bias: [0, 0], inputs: 1024)
            let model = ONNXModel.classifier([layer], classes: [Int64(index), 0], input: "x", label: "label", probabilities: "p")
            let bytes = try model.bytes()
            models.append(
                ServedModel(
                    name: "m\(index)", number: 1, team: "documents",
                    interface: Interface(
                        inputs: [.init(name: "x", datatype: "FP32", shape: [-1, 1024])],
                        outputs: [.init(name: "label", datatype: "INT64", shape: [-1])]),
                    origin: .blob(try await blobs.put(bytes)), fileBytes: bytes.count, settings: ModelSettings()))
        }
        return models
    }

    /// One use of each model.
    static func round(_ models: [ServedModel], _ cache: ModelCache) async throws {
        for model in models { cache.end(try await cache.acquire(model)) }
    }

    @Test("three instances that each see their own share load each model once; one that sees all of them loads for ever")
    func shares() async throws {
        try await withTemporaryFolder { folder in
            let blobs = try DirectoryBlobStore(root: folder)
            let models = try await Self.models(in: blobs)
            let probe = try ModelCacheTests.cache(blobs, budget: 1 << 40)
            try await Self.round(Array(models.prefix(50)), probe)
            // Room for 40 % of the models: a third and its unevenness.
            let budget = probe.usage.bytes / 50 * Self.count * 2 / 5

            for share in 0..<3 {
                let own = models.filter { Int($0.digest.bytes[0]) % 3 == share }
                let cache = try ModelCacheTests.cache(blobs, budget: budget)
                try await Self.round(own, cache)
                let first = cache.usage.loads
                for _ in 0..<3 { try await Self.round(own, cache) }
                #expect(first == own.count)
                #expect(cache.usage.loads == first, "share \(share) of \(own.count), \(cache.usage.models) in memory")
                #expect(cache.usage.bytes <= budget)
            }

            let alone = try ModelCacheTests.cache(blobs, budget: budget)
            try await Self.round(models, alone)
            try await Self.round(models, alone)
            #expect(alone.usage.loads > Self.count * 3 / 2)
            #expect(alone.usage.bytes <= budget)
        }
    }

    @Test(
        "what is wanted is loaded before it is called as far as there is room, and the rest when it is called; then nothing is loaded anew")
    func wanted() async throws {
        try await withTemporaryFolder { folder in
            let blobs = try DirectoryBlobStore(root: folder)
            let models = Array(try await Self.models(in: blobs).prefix(60))
            let probe = try ModelCacheTests.cache(blobs, budget: 1 << 40)
            try await Self.round(models, probe)
            let cache = try ModelCacheTests.cache(blobs, budget: probe.usage.bytes / 2)
            let published = models.map { ModelFixture.model([$0], aliases: ["champion": 1], name: $0.name) }
            let source = FixedSource(models: published)
            let loader = ModelLoader(source: source, desired: DesiredModels(), directory: ModelDirectory(), cache: cache)
            let task = Task { try await loader.run() }
            defer { task.cancel() }

            try await eventually { loader.isSettled ? nil : "\(cache.usage)" }
            let loads = cache.usage.loads
            // At most one was loaded that then had no room.
            #expect(loads <= cache.usage.models + 1)
            #expect((20...40).contains(loads))
            // A called one drives another out; the loader does not bring that back against the calls.
            let missing = models.filter { !cache.isLoaded($0) }.prefix(10)
            try await Self.round(Array(missing), cache)
            loader.follow()
            loader.follow()
            try await Self.round(Array(missing), cache)
            // Each look at what is declared may find out once more that there is no room.
            #expect((loads + missing.count...loads + missing.count + 3).contains(cache.usage.loads))
        }
    }
}

/// Models that never change.
struct FixedSource: ModelSource {
    let models: [PublishedModel]
    let signal = ChangeSignal()

    func declared() -> [String: PublishedModel]? { Dictionary(models.map { ($0.name, $0) }) { first, _ in first } }
    var isCurrent: Bool { true }
    var ranksByNumber: Bool { false }
    func changes() -> AsyncStream<Void> { signal.changes() }
}
