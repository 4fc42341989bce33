import BlobStore
import Contracts
import Foundation
import TestSupport

/// A store of real files that gives one of them only when the test says so.
struct GatedBlobs: BlobStore {
    let store: DirectoryBlobStore
    let gated: Digest
    private let gate = AsyncStream.makeStream(of: Void.self)
    /// Reads of the gated file that have begun.
    let begun = Recorder(0)

    init(_ store: DirectoryBlobStore, gated: Digest) {
        self.store = store
        self.gated = gated
    }

    func open() { gate.continuation.finish() }

    func get(_ digest: Digest) async throws -> [UInt8] {
        if digest == gated {
            begun.change { $0 += 1 }
            for await _ in gate.stream {}
        }
        return try await store.get(digest)
    }

    func put(_ bytes: [UInt8]) async throws -> Digest { try await store.put(bytes) }
    func put(file: URL) async throws -> Digest { try await store.put(file: file) }
    func localFile(_ digest: Digest) async throws -> URL { try await store.localFile(digest) }
    func contains(_ digest: Digest) async throws -> Bool { try await store.contains(digest) }
    func size(_ digest: Digest) async throws -> Int { try await store.size(digest) }
    func delete(_ digest: Digest) async throws { try await store.delete(digest) }
}
