import BlobStore
import Contracts
import Foundation
import Tables

/// Reads the rows of a dataset version out of its segments.
struct VersionRows: Sendable {
    let engine: TableEngine
    let blobs: any BlobStore

    /// Labeled rows of all splits, or all rows, by id. Throws ``TableError``, ``BlobError``.
    func read(_ version: DatasetVersion, interface: Interface, labeledOnly: Bool = true) async throws -> [DatasetRow] {
        try await table(version, interface: interface).rows(labeledOnly ? RowFilter(isLabeled: true) : .all).map(\.row)
    }

    /// What reads the rows of a version. Throws ``TableError``, ``BlobError``.
    func table(_ version: DatasetVersion, interface: Interface) async throws -> DatasetTable {
        var files: [URL] = []
        for segment in version.segments.sorted(by: { $0.ordinal < $1.ordinal }) { files.append(try await blobs.localFile(segment.blob)) }
        return try await DatasetTable.open(engine, segments: files, interface: interface)
    }
}
