import Contracts
import Foundation
import Synchronization

/// Blobs of a store that is slow to reach, kept in a folder of this machine within a budget of bytes: the least recently read go first.
///
/// What is kept is verified each time it is read, and fetched anew when it is damaged. Files appear whole or not at all, so several
/// processes may share a folder.
public final class CachedBlobStore: BlobStore {
    private struct Kept {
        let path: String
        let bytes: Int
        let lastRead: Date
    }

    private let store: any BlobStore
    private let folder: URL
    private let budget: Int
    /// Files are counted and dropped by one at a time.
    private let dropping = Mutex(())

    /// - Parameter budget: bytes of all kept blobs; a single larger one is kept all the same until the next comes.
    public init(_ store: any BlobStore, folder: URL, budget: Int) throws {
        self.store = store
        self.folder = folder
        self.budget = budget
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    public func put(_ bytes: [UInt8]) async throws -> Digest { try await store.put(bytes) }

    public func put(file: URL) async throws -> Digest { try await store.put(file: file) }

    public func get(_ digest: Digest) async throws -> [UInt8] {
        if let bytes = kept(digest) { return bytes }
        let bytes = try await store.get(digest)
        // A full or broken disk makes it slower, no more.
        try? keep(bytes, digest)
        return bytes
    }

    public func localFile(_ digest: Digest) async throws -> URL {
        if kept(digest) == nil { try keep(try await store.get(digest), digest) }
        return place(of: digest)
    }

    public func contains(_ digest: Digest) async throws -> Bool { try await store.contains(digest) }

    public func size(_ digest: Digest) async throws -> Int { try await store.size(digest) }

    public func delete(_ digest: Digest) async throws {
        try? FileManager.default.removeItem(at: place(of: digest))
        try await store.delete(digest)
    }

    private func place(of digest: Digest) -> URL { folder.appending(path: digest.hex) }

    /// A kept blob, if it is what it should be; a damaged one is taken away.
    private func kept(_ digest: Digest) -> [UInt8]? {
        let place = place(of: digest)
        guard let content = FileManager.default.contents(atPath: place.path) else { return nil }
        let bytes = Array(content)
        guard Digest(of: bytes) == digest else {
            try? FileManager.default.removeItem(at: place)
            return nil
        }
        try? FileManager.default.setAttributes([.modificationDate: Date.now], ofItemAtPath: place.path)
        return bytes
    }

    private func keep(_ bytes: [UInt8], _ digest: Digest) throws {
        try Data(bytes).write(to: place(of: digest), options: .atomic)
        dropping.withLock { _ in dropOldest(except: place(of: digest).path) }
    }

    private func dropOldest(except path: String) {
        var files = keptFiles().sorted { ($0.lastRead, $0.path) < ($1.lastRead, $1.path) }
        var bytes = files.reduce(0) { $0 + $1.bytes }
        while bytes > budget, let index = files.firstIndex(where: { $0.path != path }) {
            let oldest = files.remove(at: index)
            try? FileManager.default.removeItem(atPath: oldest.path)
            bytes -= oldest.bytes
        }
    }

    private func keptFiles() -> [Kept] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.utf8.count == 64 }.compactMap { name in
            let path = folder.appending(path: name).path
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
                let bytes = (attributes[.size] as? NSNumber)?.intValue, let lastRead = attributes[.modificationDate] as? Date
            else { return nil }
            return Kept(path: path, bytes: bytes, lastRead: lastRead)
        }
    }
}
