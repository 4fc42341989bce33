import Contracts
import HTTPService
import HTTPTypes
import Hummingbird

/// Settled labels become a dataset version.
struct CommitRoutes: Sendable {
    let projects: ProjectDirectory
    let commits: CommitRun

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/labeling/projects/{project}/commits", use: commit)
    }

    @Sendable
    func commit(_ request: Request, _ context: ServiceContext) async throws -> Reply<LabelCommit> {
        let project = try await projects.find(try context.name("project"), for: try context.identity)
        return .created(try await commits.commit(project))
    }
}
