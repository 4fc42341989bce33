import BlobStore
import Contracts
import Dispatch
import Foundation
import Similarity
import Synchronization

/// Segment files of indexes, below the blob store's folder and apart from the blobs of others, and those that are open.
final class IndexSegments: Sendable {
    private struct Open {
        let segment: Digest
        let deleted: Set<String>
        let search: VectorSearch
    }

    let files: DirectoryBlobStore
    private let open = Mutex<[String: Open]>([:])

    init(blobs: URL) throws {
        files = try DirectoryBlobStore(root: blobs.appending(path: "inference").appending(path: "indexes"))
    }

    /// The rows of an index, mapped into memory and kept open until another build answers. Throws `notReady` where the file went meanwhile.
    func search(_ name: String, segment: Digest, deleted: Set<String>) async throws -> VectorSearch {
        if let known = open.withLock({ $0[name] }), known.segment == segment, known.deleted == deleted { return known.search }
        let file: URL
        do {
            file = try await files.localFile(segment)
        } catch is BlobError {
            throw Problem(.notReady, "The index \(name) is being replaced.", retryAfter: 1)
        }
        let search = try await Self.compute { try VectorSearch([VectorSegment(file: file, verifies: false)], deleted: deleted) }
        open.withLock { $0[name] = Open(segment: segment, deleted: deleted, search: search) }
        return search
    }

    /// Runs a computation beside the threads that tasks share.
    static func compute<T: Sendable>(_ body: @Sendable @escaping () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Result { try body() }) }
        }
    }
}
