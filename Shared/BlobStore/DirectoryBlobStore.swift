import Contracts
import Cryptography
import Foundation
import Synchronization

/// Blobs in a directory: `<root>/ab/cd/<64 hexadecimal digits>`. Several processes may use it at once.
///
/// A blob is written beside its place, synced and renamed, so that a reader sees all of it or nothing, whatever is killed when. What is
/// there is verified before a write is spared, so storing a blob again heals one that was damaged.
public final class DirectoryBlobStore: BlobStore {
    /// What tells that a file was verified and has not changed since.
    private struct Seal: Hashable {
        let path: String
        let inode: UInt64
        let size: Int
        let modified: Date
    }

    /// The folder of the blobs.
    public let root: URL
    private let verified = Mutex<Set<Seal>>([])

    public init(root: URL) throws {
        self.root = root
        try FileManager.default.createDirectory(at: root.appending(path: "incoming"), withIntermediateDirectories: true)
    }

    public func put(_ bytes: [UInt8]) async throws -> Digest {
        let digest = Digest(of: bytes)
        let place = place(of: digest)
        if isSound(place, digest, bytes.count) { return digest }
        let incoming = incoming()
        try write(to: incoming) { handle in try handle.write(contentsOf: Data(bytes)) }
        try settle(incoming, at: place)
        return digest
    }

    public func put(file: URL) async throws -> Digest {
        let incoming = incoming()
        let source = try FileHandle(forReadingFrom: file)
        defer { try? source.close() }
        var sum: [UInt8] = []
        try write(to: incoming) { handle in
            let hash = SHA256()
            while let chunk = try source.read(upToCount: 1 << 20), !chunk.isEmpty {
                hash.update(chunk)
                try handle.write(contentsOf: chunk)
            }
            sum = hash.finish()
        }
        guard let digest = Digest(bytes: sum) else { throw CocoaError(.fileReadUnknown) }
        let place = place(of: digest)
        try settle(incoming, at: place)
        trust(place)
        return digest
    }

    /// As ``put(file:)`` where that spares a copy: file and blob are one from then on, so the file may be removed but never changed.
    ///
    /// - Parameter isLasting: whether the blob is to outlast a power cut. One that does not is found to be damaged afterwards, or missing.
    public func put(linking file: URL, isLasting: Bool = true) async throws -> Digest {
        let source = try FileHandle(forReadingFrom: file)
        defer { try? source.close() }
        let hash = SHA256()
        while let chunk = try source.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(chunk) }
        guard let digest = Digest(bytes: hash.finish()) else { throw CocoaError(.fileReadUnknown) }
        if isLasting { try source.synchronize() }
        let incoming = incoming()
        // Another file system takes no link.
        guard link(file.path, incoming.path) == 0 else { return try await put(file: file) }
        let place = place(of: digest)
        try settle(incoming, at: place, isLasting: isLasting)
        trust(place)
        return digest
    }

    public func get(_ digest: Digest) async throws -> [UInt8] {
        guard let data = try? Data(contentsOf: place(of: digest)) else { throw BlobError.missing(digest) }
        let bytes = Array(data)
        guard Digest(of: bytes) == digest else { throw BlobError.corrupt(digest) }
        return bytes
    }

    public func localFile(_ digest: Digest) async throws -> URL {
        let place = place(of: digest)
        guard try verify(place, digest) else { throw BlobError.corrupt(digest) }
        return place
    }

    public func contains(_ digest: Digest) async throws -> Bool {
        FileManager.default.fileExists(atPath: place(of: digest).path)
    }

    public func size(_ digest: Digest) async throws -> Int {
        guard let size = try? place(of: digest).resourceValues(forKeys: [.fileSizeKey]).fileSize else { throw BlobError.missing(digest) }
        return size
    }

    public func delete(_ digest: Digest) async throws {
        do {
            try FileManager.default.removeItem(at: place(of: digest))
        } catch CocoaError.fileNoSuchFile {
        }
    }

    /// Whether a file is the blob that it should be, so that nothing has to be written. Its length tells most damage at once.
    private func isSound(_ place: URL, _ digest: Digest, _ count: Int) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: place.path)
        guard (attributes?[.size] as? NSNumber)?.intValue == count else { return false }
        return (try? verify(place, digest)) == true
    }

    /// Whether a file's content has the digest; read once for as long as the file does not change.
    private func verify(_ place: URL, _ digest: Digest) throws -> Bool {
        guard let seal = seal(of: place) else { throw BlobError.missing(digest) }
        if verified.withLock({ $0.contains(seal) }) { return true }
        let source = try FileHandle(forReadingFrom: place)
        defer { try? source.close() }
        let hash = SHA256()
        while let chunk = try source.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(chunk) }
        guard hash.finish() == digest.bytes else { return false }
        _ = verified.withLock { $0.insert(seal) }
        return true
    }

    /// Notes that a file was read whole, and had its digest, when it was put here.
    func trust(_ place: URL) {
        if let seal = seal(of: place) { _ = verified.withLock { $0.insert(seal) } }
    }

    func place(of digest: Digest) -> URL {
        let hex = digest.hex
        return root.appending(path: "\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)")
    }

    /// A name for a file that becomes a blob by being moved.
    func incoming() -> URL { root.appending(path: "incoming/" + UUID().uuidString) }

    private func write(to incoming: URL, _ body: (FileHandle) throws -> Void) throws {
        guard FileManager.default.createFile(atPath: incoming.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        let handle = try FileHandle(forWritingTo: incoming)
        do {
            try body(handle)
            try handle.synchronize()
            try handle.close()
        } catch {
            try? handle.close()
            try? FileManager.default.removeItem(at: incoming)
            throw error
        }
    }

    /// Moves a finished file to its place. Whoever comes second replaces equal bytes by equal bytes.
    func settle(_ incoming: URL, at place: URL, isLasting: Bool = true) throws {
        let folder = place.deletingLastPathComponent()
        let isNew = !FileManager.default.fileExists(atPath: folder.path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard rename(incoming.path, place.path) == 0 else {
            try? FileManager.default.removeItem(at: incoming)
            throw CocoaError(.fileWriteUnknown)
        }
        guard isLasting else { return }
        // The name is as lasting as the bytes only once its folder is synced, and a new folder's own name with it.
        try sync(folder: folder)
        if isNew {
            try sync(folder: folder.deletingLastPathComponent())
            try sync(folder: root)
        }
    }

    private func sync(folder: URL) throws {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    private func seal(of place: URL) -> Seal? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: place.path),
            let inode = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value, let size = (attributes[.size] as? NSNumber)?.intValue,
            let modified = attributes[.modificationDate] as? Date
        else { return nil }
        return Seal(path: place.path, inode: inode, size: size, modified: modified)
    }
}
