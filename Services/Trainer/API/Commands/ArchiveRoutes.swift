import BlobStore
import Contracts
import HTTPService
import HTTPTypes
import Hummingbird

/// Working directories of command recipes, by the digest of their archive.
struct ArchiveRoutes: Sendable {
    let archives: ArchiveStore

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/trainer/archives", use: upload)
        router.get("/v1/trainer/archives/{digest}", use: download)
    }

    /// Keeps the body as it is. Keeping it again changes nothing.
    @Sendable
    func upload(_ request: Request, _ context: ServiceContext) async throws -> Reply<StoredArchive> {
        let caller = try context.identity
        if let given = request.headers[.contentType], Request.isJSON(given) {
            throw Problem(.unsupportedMediaType, "The route takes the bytes of a tar archive or of a diff, not '\(given.prefix(100))'")
        }
        let bytes = Array(buffer: try await request.bytes(context: context))
        guard !bytes.isEmpty else { throw FieldFault("", expected: "a tar archive, or the text of a diff") }
        return .created(try await archives.put(bytes, team: caller.team, by: caller.subject))
    }

    @Sendable
    func download(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let caller = try context.identity
        guard let digest = Digest(try context.parameter("digest")), try await archives.has(digest, team: caller.teamFilter) else {
            throw Problem(.artifactUnknown, "There is no such archive.")
        }
        let bytes = try await archives.blobs.get(digest)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream", .contentDisposition: "attachment", .xContentTypeOptions: "nosniff",
                .cacheControl: "no-store",
            ], body: ResponseBody(byteBuffer: .init(bytes: bytes)))
    }
}
