import BlobStore
import Contracts
import Foundation
import Tables

/// Opens the rows of a dataset version out of its segments in the blob store.
struct VersionRows: Sendable {
    let engine: TableEngine
    let blobs: any BlobStore

    /// Throws ``TableError``, ``BlobError``.
    func open(_ version: DatasetVersion, interface: Interface) async throws -> DatasetTable {
        var files: [URL] = []
        for segment in version.segments.sorted(by: { $0.ordinal < $1.ordinal }) { files.append(try await blobs.localFile(segment.blob)) }
        return try await DatasetTable.open(engine, segments: files, interface: interface)
    }
}
