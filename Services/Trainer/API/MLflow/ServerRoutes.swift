import Contracts
import HTTPService
import HTTPTypes
import Hummingbird
import MLflow
import NIOCore

/// What MLflow's clients ask of a server before they log in.
struct ServerRoutes: Sendable {
    /// The version of MLflow whose API is served.
    static let version = "3.18.0"

    func add(to router: Router<ServiceContext>) {
        router.get("/mlflow/health") { _, _ in Self.text("OK") }
        router.get("/mlflow/version") { _, _ in Self.text(Self.version) }
        router.get("/mlflow/{api}/3.0/mlflow/server-info", use: info)
    }

    @Sendable
    func info(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.requireArtifactAPI()
        var answer = AnswerFields()
        answer.set("store_type", "SqlStore")
        answer.set("workspaces_enabled", false)
        answer.set("artifact_serving_enabled", true)
        answer.set("multipart_uploads_enabled", true)
        // Ranges of one artifact serve for downloads in parts.
        answer.set("multipart_downloads_enabled", false)
        answer.set("artifacts_presigned_only", false)
        answer.set("presigned_upload_run_id_supported", false)
        answer.set("presigned_upload_model_id_supported", false)
        answer.set("trace_archival_enabled", false)
        return answer.response
    }

    private static func text(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
