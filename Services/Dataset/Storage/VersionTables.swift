import BlobStore
import Contracts
import Foundation
import Slices
import Tables

/// Versions as tables: their segments out of the blob store, opened in the engine.
struct VersionTables: Sendable {
    let engine: TableEngine
    let blobs: DirectoryBlobStore

    /// The rows of a version; of none before the first.
    func open(_ version: DatasetVersion?, interface: Interface?) async throws -> DatasetTable {
        try await open(try await files(version), interface: interface)
    }

    func open(_ files: [URL], interface: Interface?) async throws -> DatasetTable {
        try await DatasetTable.open(engine, segments: files, interface: interface)
    }

    /// Local files of a version's segments, in order.
    func files(_ version: DatasetVersion?) async throws -> [URL] {
        var files: [URL] = []
        for segment in version?.segments ?? [] { files.append(try await blobs.localFile(segment.blob)) }
        return files
    }

    /// What the capability needs and has, in train.
    func needs(_ version: DatasetVersion?, manifest: CapabilityManifest) async throws -> [DataNeed] {
        let needs = manifest.data.needs ?? []
        let slices = try SliceSet(manifest.slices)
        let table = try await open(version, interface: manifest.interface)
        let predicates = needs.compactMap { slices[$0.slice]?.where }
        let counts = try await table.counts(of: predicates, RowFilter(splits: [.train], isLabeled: true))
        return zip(needs, counts).map { need, have in
            DataNeed(slice: need.slice, atLeast: need.atLeast, have: have, missing: max(0, need.atLeast - have))
        }
    }
}
