import BlobStore
import Foundation
import HTTPService
import Hummingbird
import Logging
import Postgres
import ServiceLifecycle

/// The trainer's parts that keep and serve artifacts, with a blob store of their own below that of the mesh: what is freed here is nobody
/// else's.
struct ArtifactParts: Sendable {
    let artifacts: ArtifactStore
    let uploads: UploadStore
    let snapshots: SnapshotStore
    let owners: ArtifactOwners
    let sweep: ArtifactSweep

    init(database: Database, blobs: DirectoryBlobStore, root: URL, logger: Logger) throws {
        let own = root.appending(path: "trainer")
        artifacts = ArtifactStore(database: database, files: try DirectoryBlobStore(root: own.appending(path: "artifacts")))
        uploads = UploadStore(database: database, artifacts: artifacts, folder: own.appending(path: "uploads"))
        snapshots = SnapshotStore(database: database, artifacts: artifacts, shared: blobs)
        owners = ArtifactOwners(database: database, snapshots: snapshots)
        sweep = ArtifactSweep(artifacts: artifacts, uploads: uploads, logger: logger)
    }

    func add(to router: Router<ServiceContext>) {
        ArtifactRoutes(artifacts: artifacts, owners: owners).add(to: router)
        UploadRoutes(uploads: uploads, owners: owners).add(to: router)
        SnapshotRoutes(owners: owners, snapshots: snapshots).add(to: router)
    }
}
