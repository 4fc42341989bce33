import Contracts
import Foundation
import TestSupport
import Testing

@testable import BlobStore

@Suite("Blobs in a directory")
struct DirectoryBlobStoreTests {
    @Test("bytes and files go in and come back under the same digest", arguments: [0, 1, 70_000, 3_000_000])
    func roundTrip(size: Int) async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder.appending(path: "blobs"))
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let file = folder.appending(path: "source")
            try Data(bytes).write(to: file)

            let digest = try await store.put(bytes)
            let again = try await store.put(file: file)

            #expect(digest == Digest(of: bytes))
            #expect(again == digest)
            #expect(try await store.get(digest) == bytes)
            #expect(try await store.size(digest) == size)
            let local = try Data(contentsOf: try await store.localFile(digest))
            #expect(Array(local) == bytes)
        }
    }

    @Test("a file that is linked is the blob, with no copy; it may go, and damage is seen", arguments: [true, false])
    func linking(isLasting: Bool) async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder.appending(path: "blobs"))
            let file = folder.appending(path: "source")
            try Data([1, 2, 3]).write(to: file)

            let digest = try await store.put(linking: file, isLasting: isLasting)

            let local = try await store.localFile(digest)
            #expect(digest == Digest(of: [1, 2, 3]))
            func inode(_ url: URL) throws -> Int? {
                (try FileManager.default.attributesOfItem(atPath: url.path)[.systemFileNumber] as? NSNumber)?.intValue
            }
            #expect(try inode(local) == inode(file))
            try FileManager.default.removeItem(at: file)
            #expect(try await store.get(digest) == [1, 2, 3])
            try damage(local, [9, 9, 9])
            await #expect(throws: BlobError.corrupt(digest)) { try await store.localFile(digest) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "blobs/incoming").path).isEmpty)
        }
    }

    @Test("a blob that was changed on disk is refused")
    func corruption() async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder)
            let digest = try await store.put([1, 2, 3])
            try damage(try await store.localFile(digest), [9, 9, 9])

            await #expect(throws: BlobError.corrupt(digest)) { try await store.get(digest) }
            await #expect(throws: BlobError.corrupt(digest)) { try await store.localFile(digest) }
        }
    }

    /// Changes a file in place, at another time than that of its last change.
    private func damage(_ file: URL, _ bytes: [UInt8]) throws {
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
    }

    @Test("storing a blob again heals one that was damaged", arguments: [[9, 9, 9], [1, 2], []] as [[UInt8]])
    func healing(damaged: [UInt8]) async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder)
            let digest = try await store.put([1, 2, 3])
            try damage(try await store.localFile(digest), damaged)
            await #expect(throws: BlobError.corrupt(digest)) { try await store.localFile(digest) }

            #expect(try await store.put([1, 2, 3]) == digest)
            #expect(try await store.get(digest) == [1, 2, 3])
            #expect(Array(try Data(contentsOf: try await store.localFile(digest))) == [1, 2, 3])
        }
    }

    @Test("a sound blob is not written again")
    func spared() async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder)
            let file = try await store.localFile(try await store.put([1, 2, 3]))
            func inode() throws -> Int? {
                (try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? NSNumber)?.intValue
            }
            let before = try inode()

            _ = try await DirectoryBlobStore(root: folder).put([1, 2, 3])

            #expect(try inode() == before)
        }
    }

    @Test("what is not there is missing, also after it was deleted")
    func missing() async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder)
            let digest = try await store.put([1])
            try await store.delete(digest)
            try await store.delete(digest)

            #expect(try await store.contains(digest) == false)
            await #expect(throws: BlobError.missing(digest)) { try await store.get(digest) }
            await #expect(throws: BlobError.missing(digest)) { try await store.size(digest) }
        }
    }

    @Test("writers of the same bytes do not disturb each other")
    func concurrency() async throws {
        try await withTemporaryFolder { folder in
            let bytes = [UInt8](repeating: 7, count: 200_000)
            let stores = try (0..<4).map { _ in try DirectoryBlobStore(root: folder) }
            let digests = try await withThrowingTaskGroup(of: Digest.self) { group in
                for index in 0..<40 { group.addTask { try await stores[index % 4].put(bytes) } }
                return try await group.reduce(into: Set<Digest>()) { $0.insert($1) }
            }
            #expect(digests.count == 1)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "incoming").path)
            #expect(left.isEmpty)
            let digest = try #require(digests.first)
            #expect(try await stores[0].get(digest) == bytes)
        }
    }
}
