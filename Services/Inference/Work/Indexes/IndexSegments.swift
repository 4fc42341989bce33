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
        let erasures: Int
        let search: VectorSearch
    }

    let files: DirectoryBlobStore
    private let erasures: IndexErasures
    private let open = Mutex<[String: Open]>([:])

    init(blobs: URL, erasures: IndexErasures) throws {
        self.erasures = erasures
        files = try DirectoryBlobStore(root: blobs.appending(path: "inference").appending(path: "indexes"))
    }

    /// The rows of an index that may be found, mapped into memory and kept open until another build answers or rows are erased. Throws
    /// `notReady` where the file went meanwhile.
    func search(_ name: String, _ answering: StoredIndex.Answering) async throws -> VectorSearch {
        let segment = answering.segment
        if let known = open.withLock({ $0[name] }), known.segment == segment, known.erasures == answering.erasures { return known.search }
        // Read after the number: the rows may be newer than it, never older.
        let erased = try await erasures.rows(name)
        let file: URL
        do {
            file = try await files.localFile(segment)
        } catch is BlobError {
            throw Problem(.notReady, "The index \(name) is being replaced.", retryAfter: 1)
        }
        let search = try await Self.compute { try VectorSearch([VectorSegment(file: file, verifies: false)], deleted: erased) }
        open.withLock { $0[name] = Open(segment: segment, erasures: answering.erasures, search: search) }
        return search
    }

    /// Closes all but these segments.
    func keep(_ segments: Set<Digest>) {
        open.withLock { open in open = open.filter { segments.contains($0.value.segment) } }
    }

    /// Runs a computation beside the threads that tasks share.
    static func compute<T: Sendable>(_ body: @Sendable @escaping () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Result { try body() }) }
        }
    }
}
