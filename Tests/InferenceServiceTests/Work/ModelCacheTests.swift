import BlobStore
import Contracts
import Foundation
import OnnxRuntime
import TestSupport
import Testing

@testable import InferenceService

@Suite("Loaded models")
struct ModelCacheTests {
    @Test("an interface that no row could be made for, of a revision of older rules, harms nobody")
    func hugeShape() async throws {
        try await withTemporaryFolder { folder in
            let blobs = try DirectoryBlobStore(root: folder)
            let given = ProcessInfo.processInfo.environment["MESH_ONNXRUNTIME"]
            let runtime = try Runtime(libraryPath: given ?? Checkout.root.appending(path: ".mesh/lib/libonnxruntime.so").path)
            let cache = ModelCache(runtime: runtime, blobs: blobs, budget: 1 << 20, logger: quiet)
            var interface = try SampleModel.record().manifest.interface
            interface.inputs[0].shape = [-1, 1 << 62, 4]
            let version = SampleModel.version(1, try await blobs.put(try SampleModel.bytes(1)))

            try await cache.load(version, interface: interface)

            #expect(cache.isLoaded(version.model))
        }
    }

    @Test("with room for one, loading a second drops the first, which is loaded again when it is asked for")
    func eviction() async throws {
        try await withTemporaryFolder { folder in
            let blobs = try DirectoryBlobStore(root: folder)
            let sizes = [try SampleModel.bytes(1).count, try SampleModel.bytes(2).count]
            let given = ProcessInfo.processInfo.environment["MESH_ONNXRUNTIME"]
            let runtime = try Runtime(libraryPath: given ?? Checkout.root.appending(path: ".mesh/lib/libonnxruntime.so").path)
            let cache = ModelCache(runtime: runtime, blobs: blobs, budget: sizes.reduce(0, +) - 1, logger: quiet)
            let interface = try SampleModel.record().manifest.interface
            var versions: [ModelVersion] = []
            for number in 1...2 { versions.append(SampleModel.version(number, try await blobs.put(try SampleModel.bytes(number)))) }

            try await cache.load(versions[0], interface: interface)
            #expect(cache.isLoaded(versions[0].model))
            try await cache.load(versions[1], interface: interface)
            #expect(!cache.isLoaded(versions[0].model))
            #expect(cache.begin(versions[0].model) == nil)
            let session = cache.begin(versions[1].model)
            try await cache.load(versions[0], interface: interface)
            // The second is at work and stays; the first is there as well until then.
            #expect(session != nil)
            #expect(cache.isLoaded(versions[1].model))
            cache.end(versions[1].model)
            #expect(cache.isLoaded(versions[0].model) != cache.isLoaded(versions[1].model))
        }
    }
}
