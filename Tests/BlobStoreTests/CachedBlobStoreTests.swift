import Contracts
import Foundation
import TestSupport
import Testing

@testable import BlobStore

@Suite("Blobs kept on this machine")
struct CachedBlobStoreTests {
    static func blob(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 100) }

    func withStores(
        budget: Int = 1 << 20, _ body: (CachedBlobStore, DirectoryBlobStore, _ folder: URL) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { root in
            let store = try DirectoryBlobStore(root: root.appending(path: "far"))
            let folder = root.appending(path: "near")
            try await body(try CachedBlobStore(store, folder: folder, budget: budget), store, folder)
        }
    }

    @Test("a blob that was read once is there when the store is not")
    func kept() async throws {
        try await withStores { cached, store, _ in
            let digest = try await cached.put(Self.blob(1))
            #expect(try await cached.get(digest) == Self.blob(1))
            try await store.delete(digest)

            #expect(try await cached.get(digest) == Self.blob(1))
            #expect(try Data(contentsOf: try await cached.localFile(digest)) == Data(Self.blob(1)))
            try await cached.delete(digest)
            await #expect(throws: BlobError.missing(digest)) { try await cached.get(digest) }
        }
    }

    @Test("a kept file that was changed is fetched anew, never given")
    func damaged() async throws {
        try await withStores { cached, _, folder in
            let digest = try await cached.put(Self.blob(1))
            _ = try await cached.get(digest)
            let place = folder.appending(path: digest.hex)
            try Data(Self.blob(2)).write(to: place)

            #expect(try await cached.get(digest) == Self.blob(1))
            #expect(try Data(contentsOf: place) == Data(Self.blob(1)))
        }
    }

    @Test("a store that gives other bytes is refused, and nothing of it is kept")
    func refused() async throws {
        try await withStores { cached, store, folder in
            let digest = try await cached.put(Self.blob(1))
            let far = try await store.localFile(digest)
            try Data(Self.blob(2)).write(to: far)

            await #expect(throws: BlobError.corrupt(digest)) { try await cached.get(digest) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        }
    }

    @Test("beyond the budget the one that was read longest ago goes")
    func budget() async throws {
        try await withStores(budget: 250) { cached, store, folder in
            var digests: [Digest] = []
            for number in 1...2 { digests.append(try await cached.put(Self.blob(UInt8(number)))) }
            for digest in digests { _ = try await cached.get(digest) }
            let old = folder.appending(path: digests[0].hex).path
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: old)
            _ = try await cached.get(digests[0])
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 2)], ofItemAtPath: folder.appending(path: digests[1].hex).path)

            let third = try await store.put(Self.blob(3))
            _ = try await cached.get(third)

            let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
            #expect(names == [digests[0].hex, third.hex])
        }
    }
}
