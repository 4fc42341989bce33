import BlobStore
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import MLflow
import NIOCore

/// Artifacts as MLflow's clients read and write them.
struct ArtifactRoutes: Sendable {
    static let base = "/mlflow/{api}/2.0/mlflow-artifacts/"
    static let tracking = "/mlflow/{api}/2.0/mlflow/"

    let artifacts: ArtifactStore
    let owners: ArtifactOwners

    func add(to router: Router<ServiceContext>) {
        router.get("\(Self.base)artifacts", use: list)
        router.get("\(Self.base)artifacts/**", use: fetch)
        router.put("\(Self.base)artifacts/**", use: put)
        router.delete("\(Self.base)artifacts/**", use: remove)
        router.get("\(Self.base)presigned/**", use: presign)
        router.get("\(Self.tracking)artifacts/list", use: listOfRun)
        router.get("\(Self.tracking)logged-models/{model}/artifacts/directories", use: listOfModel)
    }

    /// Names in a folder, each relative to it; none for a file.
    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.requireArtifactAPI()
        let path = try ArtifactPath(try request.query("path") ?? "")
        guard !path.isRoot else { return AnswerFields().response }
        let place = try ArtifactPlace(names: path.names)
        try await own(place, context)
        return Self.listing(try await artifacts.list(place)).response
    }

    @Sendable
    func fetch(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let place = try context.artifactPlace()
        try await own(place, context)
        guard let file = try await artifacts.file(place) else { throw Self.unknown(place) }
        do {
            let local = try await artifacts.files.localFile(file.digest)
            let name = place.path.names.last ?? ""
            return try FileAnswer(
                file: local, digest: file.digest, contentType: ArtifactContent.type(name), name: name
            )
            .response(to: request)
        } catch BlobError.missing {
            // Removed between the row and the file.
            throw Self.unknown(place)
        }
    }

    @Sendable
    func put(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let place = try context.artifactFile()
        try await own(place, context)
        let sealed = try await request.body.seal(artifacts.files.writer())
        defer { sealed.discard() }
        try await artifacts.put(sealed, at: place, by: try context.identity.subject)
        return AnswerFields().response
    }

    @Sendable
    func remove(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let place = try context.artifactPlace()
        try place.root.requireWritable()
        try await own(place, context)
        try await artifacts.remove(place)
        return AnswerFields().response
    }

    /// The bytes are served here; there is no other store to send a client to, which then asks for the file itself.
    @Sendable
    func presign(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await own(try context.artifactPlace(), context)
        throw Problem(
            .presigningUnsupported,
            "Artifacts are served by this server: get them from mlflow-artifacts/artifacts.")
    }

    /// `artifacts/list`: paths are relative to the run's root.
    @Sendable
    func listOfRun(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.requireArtifactAPI()
        guard let id = try request.query("run_id") ?? request.query("run_uuid"), !id.isEmpty else {
            throw FieldFault("run_id", expected: "the id of a run")
        }
        guard let found = try await owners.run(id) else {
            throw Problem(.runUnknown, "Run with id=\(id) not found")
        }
        try context.identity.requireOwnership(of: found.team)
        let place = ArtifactPlace(found.root, try ArtifactPath(try request.query("path") ?? ""))
        var answer = Self.listing(try await artifacts.list(place), below: place.path)
        answer.set("root_uri", found.root.uri)
        return answer.response
    }

    /// A logged model's folder.
    @Sendable
    func listOfModel(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.requireArtifactAPI()
        let id = try context.parameter("model")
        guard let found = try await owners.model(id) else {
            throw Problem(.artifactUnknown, "Logged model with ID '\(id)' not found.")
        }
        try context.identity.requireOwnership(of: found.team)
        let path = try request.query("artifact_directory_path") ?? request.query("path") ?? ""
        let place = ArtifactPlace(found.root, try ArtifactPath(path))
        var answer = Self.listing(try await artifacts.list(place), below: place.path)
        answer.set("root_uri", found.root.uri)
        return answer.response
    }

    private func own(_ place: ArtifactPlace, _ context: ServiceContext) async throws {
        try context.identity.requireOwnership(of: try await owners.team(of: place.root))
    }

    private static func listing(_ entries: [ArtifactEntry], below folder: ArtifactPath? = nil)
        -> AnswerFields
    {
        var answer = AnswerFields()
        let files = entries.map { entry in
            var file = AnswerFields()
            file.set("path", (folder?.prefix ?? "") + entry.name)
            file.set("is_dir", entry.isFolder)
            file.set("file_size", entry.bytes.map { Int64($0) })
            return file
        }
        answer.set("files", files)
        return answer
    }

    private static func unknown(_ place: ArtifactPlace) -> Problem {
        Problem(.artifactUnknown, "There is no artifact '\(place.path)' at \(place.root.uri).")
    }
}
