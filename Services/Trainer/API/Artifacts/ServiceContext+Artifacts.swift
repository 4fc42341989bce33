import BlobStore
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import MLflow
import NIOCore

extension ServiceContext {
    /// MLflow's API is below `api` and `ajax-api`, and nowhere else.
    func requireArtifactAPI() throws {
        guard ["api", "ajax-api"].contains(try parameter("api")) else {
            throw Problem(.notFound, "There is no such route")
        }
    }

    /// The file or folder that the path of a request names.
    func artifactPlace() throws -> ArtifactPlace {
        try requireArtifactAPI()
        return try ArtifactPlace(names: try rest())
    }

    /// A file that may be written: not a root, and not in a snapshot.
    func artifactFile() throws -> ArtifactPlace {
        let place = try artifactPlace()
        try place.root.requireWritable()
        guard !place.path.isRoot else {
            throw FieldFault("path", expected: "the path of a file below \(place.root.uri)")
        }
        return place
    }
}

extension ArtifactRoot {
    /// Throws `forbidden` for what does not change any more.
    func requireWritable() throws(Problem) {
        guard isWritable else {
            throw Problem(.forbidden, "A snapshot of artifacts does not change: \(uri)")
        }
    }
}

extension AnswerFields {
    /// 200 with the members as JSON.
    var response: Response {
        let body = self.body
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension RequestBody {
    /// Writes what comes as it comes, and seals it.
    func seal(_ writer: BlobWriter) async throws -> SealedBlob {
        for try await buffer in self { try writer.write(Data(buffer.readableBytesView)) }
        return try writer.seal()
    }
}
