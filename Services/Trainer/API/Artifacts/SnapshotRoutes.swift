import Contracts
import HTTPService
import Hummingbird

/// Keeps folders of artifacts as they are, for the registry: what a version is made of does not change any more.
struct SnapshotRoutes: Sendable {
    let owners: ArtifactOwners
    let snapshots: SnapshotStore

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/trainer/artifacts/snapshots", use: take)
    }

    @Sendable
    func take(_ request: Request, _ context: ServiceContext) async throws -> Reply<ArtifactSnapshot> {
        let asked = try await request.decode(as: NewArtifactSnapshot.self, context: context)
        let (place, team) = try await owners.resolve(try ArtifactSource(asked.source))
        guard asked.anyTeam == true || asked.team == team else {
            throw Problem(.forbidden, "The artifacts at \(asked.source) belong to team \(team).")
        }
        return .created(try await snapshots.take(place, team: team, by: try context.identity.subject))
    }
}
