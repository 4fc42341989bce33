import BlobStore
import Contracts
import Foundation
import OnnxRuntime
import TestSupport
import Testing

@testable import InferenceService

@Suite("Loaded models")
struct ModelCacheTests {
    @Test("a model that does not fit its interface is refused with the name of the tensor, and is not tried again")
    func unfit() async throws {
        try await withCache { cache, blobs in
            var interface = try SampleModel.record().manifest.interface
            interface.inputs[0].shape = [-1, 1 << 62, 4]
            let served = try await SampleModel.served(1, in: blobs, interface: interface)

            let refusal = await #expect(throws: ModelRefusal.self) { try await cache.load(served) }

            #expect(refusal?.reason.contains("input pixels has the shape [-1, 4] in the model") == true)
            #expect(refusal?.isPassing == false)
            #expect(cache.state(of: served).reason == refusal?.reason)
            #expect(!cache.isDue(served))
        }
    }

    @Test("bytes that are no model are refused in the engine's words")
    func noModel() async throws {
        try await withCache { cache, blobs in
            let digest = try await blobs.put(Array("no model at all".utf8))
            let served = try SampleModel.served(1, digest)

            let refusal = await #expect(throws: ModelRefusal.self) { try await cache.load(served) }

            #expect(refusal?.reason.contains("INVALID_PROTOBUF") == true || refusal?.reason.lowercased().contains("protobuf") == true)
            #expect(cache.begin(served) == nil)
        }
    }

    @Test("a file whose digest is not the registered one is refused, and tried again once it is healed")
    func damaged() async throws {
        try await withTemporaryFolder { folder in
            let blobs = try DirectoryBlobStore(root: folder)
            let cache = try Self.cache(blobs, budget: 1 << 30)
            let served = try await SampleModel.served(1, in: blobs)
            let hex = served.digest.hex
            let place = folder.appending(path: "\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)")
            try Data(try SampleModel.bytes(2)).write(to: place)

            let refusal = await #expect(throws: ModelRefusal.self) { try await cache.load(served) }
            #expect(refusal?.reason.contains("damaged") == true)
            #expect(refusal?.isPassing == true)

            _ = try await blobs.put(try SampleModel.bytes(1))
            cache.forgive("digits")
            _ = try await cache.load(served)
            #expect(cache.isLoaded(served))
        }
    }

    @Test("with room for one, loading a second drops the first, which is loaded again when it is asked for")
    func eviction() async throws {
        try await withTemporaryFolder { folder in
            let blobs = try DirectoryBlobStore(root: folder)
            let first = try await SampleModel.served(1, in: blobs)
            let second = try await SampleModel.served(2, in: blobs)
            // Less than two models of any size, and more than none.
            let cache = try Self.cache(blobs, budget: 1)

            _ = try await cache.load(first)
            #expect(cache.isLoaded(first))
            _ = try await cache.load(second)
            #expect(!cache.isLoaded(first))
            #expect(cache.begin(first) == nil)
            let used = try #require(cache.begin(second))
            _ = try await cache.load(first)
            // The second is at work and stays; the first is there as well until then.
            #expect(cache.isLoaded(second))
            cache.end(used)
            #expect(cache.usage.models <= 1)
        }
    }

    @Test("a model that is unloaded while it works ends its work, takes no new one, and is loaded again when that is wished")
    func unloading() async throws {
        try await withCache { cache, blobs in
            let served = try await SampleModel.served(1, in: blobs)
            let used = try await cache.acquire(served)

            cache.unload(["digits"])

            #expect(cache.state(of: served) == .unloading)
            #expect(cache.begin(served) == nil)
            let problem = await #expect(throws: Problem.self) { try await cache.acquire(served) }
            #expect(problem?.status == 503)
            cache.end(used)
            #expect(cache.state(of: served) == .unloaded)
            cache.unload([])
            cache.end(try await cache.acquire(served))
            #expect(cache.isLoaded(served))
        }
    }

    @Test("what nothing means any more leaves, and what is meant stays")
    func retained() async throws {
        try await withCache { cache, blobs in
            let first = try await SampleModel.served(1, in: blobs)
            let second = try await SampleModel.served(2, in: blobs)
            _ = try await cache.load(first)
            _ = try await cache.load(second)

            cache.retain([second.key])

            #expect(!cache.isLoaded(first))
            #expect(cache.isLoaded(second))
        }
    }

    static func cache(_ blobs: DirectoryBlobStore, budget: Int) throws -> ModelCache {
        ModelCache(
            opener: ModelOpener(runtime: try EngineLibrary.runtime(), blobs: blobs, statistics: StatisticsTable()), budget: budget,
            logger: quiet)
    }

    func withCache(_ body: (ModelCache, DirectoryBlobStore) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let blobs = try DirectoryBlobStore(root: folder)
            try await body(try Self.cache(blobs, budget: 1 << 30), blobs)
        }
    }
}
