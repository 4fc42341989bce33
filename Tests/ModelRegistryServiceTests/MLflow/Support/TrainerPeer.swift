import Contracts
import Foundation
import HTTPService
import Hummingbird
import Logging
import MeshClient
import Observability
import ServiceTestSupport
import Synchronization

/// The trainer and identity as the registry meets them: a real server with their routes, which checks tokens.
final class TrainerPeer: Sendable {
    /// Snapshots by the source that asks for them, each with its team.
    private let folders = Mutex<[String: ArtifactSnapshot]>([:])
    private let authority = TestAuthority()

    /// A folder of artifacts: paths and contents.
    func keep(_ source: String, team: String = "documents", run: String? = nil, _ files: [String: String]) {
        let kept = files.sorted { $0.key < $1.key }.map { path, content in
            ArtifactSnapshot.File(path: path, digest: Digest(of: Array(content.utf8)), bytes: content.utf8.count)
        }
        let id = Digest(of: Array((team + kept.map { "\($0.path)\($0.digest)" }.joined()).utf8))
        let snapshot = ArtifactSnapshot(id: id, uri: "mlflow-artifacts:/snapshots/\(id.hex)", team: team, run: run, files: kept)
        folders.withLock { $0[source] = snapshot }
    }

    func service() -> MeshService {
        makeService(name: .trainer, settings: authority.settings(), logger: quiet, metrics: PrometheusRegistry()) { router in
            router.post("/v1/identity/token") { [authority] _, _ in
                Reply(TokenReply(access_token: authority.service(.modelRegistry), token_type: "Bearer", expires_in: 300, scope: "service"))
            }
            router.post("/v1/trainer/artifacts/snapshots") { request, context in
                let asked = try await request.decode(as: NewArtifactSnapshot.self, context: context)
                guard let kept = self.folders.withLock({ $0[asked.source] }) else { throw Problem(.artifactUnknown) }
                guard asked.anyTeam == true || kept.team == asked.team else { throw Problem(.forbidden) }
                return Reply.created(kept)
            }
        }
    }
}
