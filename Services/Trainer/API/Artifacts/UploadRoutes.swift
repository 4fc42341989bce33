import BlobStore
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import MLflow

/// Uploads in parts: a client gets an address for each, sends them in any order and at once, and says when all are there.
struct UploadRoutes: Sendable {
    /// The address of an upload is no secret; this is. Headers do not get into logs as addresses do.
    static let key = HTTPField.Name("x-upload-key")!

    let uploads: UploadStore
    let owners: ArtifactOwners

    func add(to router: Router<ServiceContext>) {
        router.post("\(ArtifactRoutes.base)mpu/create/**", use: create)
        router.post("\(ArtifactRoutes.base)mpu/complete/**", use: complete)
        router.post("\(ArtifactRoutes.base)mpu/abort/**", use: abort)
        router.put("/v1/trainer/uploads/{upload}/parts/{part}", use: send)
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (place, fields) = try await asked(request, context)
        let parts = try fields.integer("num_parts") ?? 1
        guard (1...Int64(UploadPlan.mostParts)).contains(parts) else {
            throw FieldFault("num_parts", expected: "a number between 1 and \(UploadPlan.mostParts)")
        }
        let made = try await uploads.begin(place, parts: Int(parts), by: try context.identity.subject)
        let base = PublicAddress(request.headers, host: request.head.authority).url
        var answer = AnswerFields()
        answer.set("upload_id", made.id)
        answer.set(
            "credentials",
            (1...Int(parts)).map { number in
                var header = AnswerFields()
                header.set(Self.key.rawName, made.key)
                var credential = AnswerFields()
                credential.set("url", "\(base)/v1/trainer/uploads/\(made.id)/parts/\(number)")
                credential.set("part_number", Int64(number))
                credential.set("headers", header)
                return credential
            })
        return answer.response
    }

    /// One part. Whoever has the upload's key may send it, as with an address that an object store has signed.
    @Sendable
    func send(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (id, part) = (try context.parameter("upload"), try context.number("part"))
        try await uploads.requireOpen(id, part: part, key: request.headers[Self.key] ?? "")
        let sealed = try await request.body.seal(uploads.writer(id, part: part))
        do {
            try await uploads.keep(sealed, of: id, part: part)
        } catch {
            sealed.discard()
            throw error
        }
        return Response(
            status: .ok, headers: [.eTag: "\"\(sealed.digest.hex)\"", .cacheControl: "no-store"])
    }

    @Sendable
    func complete(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (place, fields) = try await asked(request, context)
        let claims = try fields.objects("parts").map { part in
            UploadPlan.Claim(
                number: Int(try part.requiredInteger("part_number")), tag: try part.text("etag"))
        }
        let id = try fields.requiredText("upload_id")
        try await uploads.complete(id, at: place, claims: claims, by: try context.identity.subject)
        return AnswerFields().response
    }

    @Sendable
    func abort(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (place, fields) = try await asked(request, context)
        try await uploads.abort(try fields.requiredText("upload_id"), at: place)
        return AnswerFields().response
    }

    /// The file that is meant, for its owner: the folder of the path, and the name that the client's own file has.
    private func asked(_ request: Request, _ context: ServiceContext) async throws -> (
        ArtifactPlace, RequestFields
    ) {
        let folder = try context.artifactPlace()
        try folder.root.requireWritable()
        try context.identity.requireOwnership(of: try await owners.team(of: folder.root))
        let fields = RequestFields(body: try await request.bytes(context: context).readableBytesView)
        let name = try fields.requiredText("path").split(separator: "/").last.map(String.init) ?? ""
        return (try folder.appending(name), fields)
    }
}
