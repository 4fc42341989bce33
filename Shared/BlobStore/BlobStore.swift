import Contracts
import Foundation

/// Content-addressed bytes: a directory, or (later) any S3-compatible store.
public protocol BlobStore: Sendable {
    /// Stores bytes and gives their digest. Storing them again changes nothing.
    func put(_ bytes: [UInt8]) async throws -> Digest
    /// Stores a file's content and gives its digest. The file itself stays.
    func put(file: URL) async throws -> Digest
    /// The bytes of a digest, verified.
    func get(_ digest: Digest) async throws -> [UInt8]
    /// A file on this machine that holds the bytes of a digest, verified, for engines that open files. It must not be changed.
    func localFile(_ digest: Digest) async throws -> URL
    func contains(_ digest: Digest) async throws -> Bool
    /// How many bytes a digest names.
    func size(_ digest: Digest) async throws -> Int
    /// Takes the bytes away; nothing happens when they are not there.
    func delete(_ digest: Digest) async throws
}

/// Why a blob cannot be had.
public enum BlobError: Error, Sendable, Hashable {
    /// No blob of this digest is there.
    case missing(Digest)
    /// What is there has another digest: refused.
    case corrupt(Digest)
}
