import BlobStore
import Contracts
import Foundation
import Logging
import ONNX
import TestSupport
import Testing

@testable import InferenceService

@Suite("Loading ahead of calls", .serialized)
struct ModelLoaderTests {
    private func published(_ name: String, in blobs: DirectoryBlobStore) async throws -> PublishedModel {
        let bytes = try SampleModel.bytes(name.utf8.reduce(0) { $0 + Int($1) })
        let served = ServedModel(
            name: name, number: 1, team: "documents", interface: try SampleModel.record().manifest.interface,
            origin: .blob(try await blobs.put(bytes)), fileBytes: bytes.count, settings: ModelSettings())
        return ModelFixture.model([served], aliases: ["champion": 1], name: name)
    }

    private func withLoader(
        _ names: [String], gated: String,
        _ body: @escaping (ModelLoader, ModelCache, GatedBlobs, [String: ServedModel]) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder)
            var models: [PublishedModel] = []
            for name in names { models.append(try await published(name, in: store)) }
            let byName = Dictionary(models.compactMap { model in model.standard.map { (model.name, $0) } }) { first, _ in first }
            let blobs = GatedBlobs(store, gated: try #require(byName[gated]).digest)
            let opener = ModelOpener(runtime: try EngineLibrary.runtime(), blobs: blobs, statistics: StatisticsTable(), loads: 3)
            let cache = ModelCache(opener: opener, budget: 1 << 30, logger: quiet)
            let loader = ModelLoader(
                source: FixedSource(models: models), desired: DesiredModels(), directory: ModelDirectory(), cache: cache)
            let task = Task { try await loader.run() }
            defer { task.cancel() }
            try await body(loader, cache, blobs, byName)
        }
    }

    @Test("a load that takes long holds no other up, and the instance is settled when it is over")
    func slow() async throws {
        try await withLoader(["a", "b", "c", "d"], gated: "a") { loader, cache, blobs, models in
            try await eventually { blobs.begun.value == 1 ? nil : "the slow one has not begun" }
            for name in ["b", "c", "d"] {
                let model = try #require(models[name])
                try await eventually { cache.isLoaded(model) ? nil : "\(name) waits: \(cache.state(of: model))" }
            }
            let slow = try #require(models["a"])
            #expect(cache.state(of: slow) == .loading)
            #expect(!loader.isSettled)

            blobs.open()
            try await eventually { loader.isSettled ? nil : "not settled" }
            #expect(cache.isLoaded(slow))
            #expect(blobs.begun.value == 1)
        }
    }

    @Test("a model that is called while a slow one loads is served, and callers of the slow one share its load")
    func calls() async throws {
        try await withLoader(["a", "b"], gated: "a") { _, cache, blobs, models in
            let (slow, other) = (try #require(models["a"]), try #require(models["b"]))
            try await eventually { blobs.begun.value == 1 ? nil : "the slow one has not begun" }
            async let first = cache.acquire(slow)
            async let second = cache.acquire(slow)
            cache.end(try await cache.acquire(other))
            blobs.open()
            let (one, two) = (try await first, try await second)
            #expect(one === two)
            cache.end(one)
            cache.end(two)
            #expect(cache.usage.loads == 2)
        }
    }

    /// A model for which the engine multiplies large constants before it is ready: seconds.
    private func slowToMake() throws -> [UInt8] {
        var graph = GraphBuilder(name: "slow")
        graph.input("x", .float, shape: [-1, SlowModel.width])
        graph.output("y", .float, shape: [-1, SlowModel.width])
        let size = graph.integers([2_000, 2_000], shape: [2])
        graph.node("ConstantOfShape", [size], to: ["c0"])
        for layer in 0..<20 { graph.node("MatMul", ["c\(layer)", "c\(layer)"], to: ["c\(layer + 1)"]) }
        graph.node("ReduceSum", ["c20"], to: ["sum"], integers: ["keepdims": 0])
        graph.node("Add", ["x", "sum"], to: ["y"])
        return try graph.model().bytes()
    }

    @Test("a session that takes long to make holds no other up either")
    func slowSession() async throws {
        try await withTemporaryFolder { folder in
            let blobs = try DirectoryBlobStore(root: folder)
            let bytes = try slowToMake()
            let slow = ServedModel(
                name: "slow", number: 1, team: "documents", interface: SlowModel.interface, origin: .blob(try await blobs.put(bytes)),
                fileBytes: bytes.count, settings: ModelSettings())
            let quick = try await SampleModel.served(1, in: blobs)
            let cache = try ModelCacheTests.cache(blobs, budget: 1 << 30)
            let loading = Task { try await cache.load(slow) }
            try await eventually { cache.state(of: slow) == .loading ? nil : "not begun" }
            _ = try await cache.load(quick)
            #expect(cache.state(of: slow) == .loading)
            _ = try await loading.value
        }
    }
}
