import BlobStore
import Contracts
import Foundation
import Settings
import Tables
import TestSupport

/// A version read from its blobs alone, past the service.
struct Inspection: Sendable {
    let rows: [StoredRow]
    /// Computed anew from content and salts.
    let computedDigests: [Digest]
    /// Numbers of the manifests from this one down to a complete one.
    let manifestChain: [Int]

    static func of(_ version: DatasetVersion, _ mesh: DatasetMesh) async throws -> Inspection {
        let library = LibraryPath.find(
            "libduckdb.so", variable: "MESH_DUCKDB", environment: ProcessInfo.processInfo.environment, from: Checkout.root)
        let blobs = try DirectoryBlobStore(root: mesh.blobs)
        let engine = try TableEngine(
            libraryPath: library ?? "", folders: [mesh.blobs], scratch: mesh.folder.appending(path: "inspection"))
        var chain: [Int] = []
        var segments: [DatasetSegment] = []
        var next: Digest? = version.manifest
        while let digest = next {
            let manifest = try WireJSON.decode(DatasetVersionManifest.self, from: Data(try await blobs.get(digest)))
            chain.append(manifest.number)
            segments = manifest.segments + segments
            next = manifest.base
        }
        guard segments == version.segments else { throw TestSupportError("the manifests name other segments than the version") }
        var files: [URL] = []
        for segment in segments { files.append(try await blobs.localFile(segment.blob)) }
        let table = try await DatasetTable.open(engine, segments: files, interface: try Fixtures.capability().interface)
        let rows = try await table.rows()
        let digests = rows.map { stored in
            RowDigest.digest(
                id: stored.row.id, input: stored.row.input, context: stored.row.context, label: stored.row.label, salt: stored.salt)
        }
        return Inspection(rows: rows, computedDigests: digests, manifestChain: chain)
    }
}
