import Contracts
import HTTPService
import HTTPTypes
import Hummingbird

/// Projects and how they get on.
struct ProjectRoutes: Sendable {
    let projects: ProjectDirectory
    let progress: ProgressStore
    let qualities: AnswerQualityCache

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/labeling/projects", use: list)
        router.post("/v1/labeling/projects", use: create)
        router.get("/v1/labeling/projects/{project}", use: find)
        router.get("/v1/labeling/projects/{project}/progress", use: standing)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<LabelingProject>> {
        let page = try request.page(context: context)
        let found = try await projects.list(for: try context.identity, after: page.after?.first ?? "", limit: page.limit + 1)
        return Reply(page.page(try found.map { try $0.contract() }) { [$0.id] })
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<LabelingProject> {
        let asked = try await request.decode(as: NewProject.self, context: context)
        let (project, created) = try await projects.create(asked, for: try context.identity)
        return Reply(
            status: created ? .created : .ok, headers: [.location: "/v1/labeling/projects/\(project.id)"], try project.contract())
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<LabelingProject> {
        .ok(try await projects.find(try context.name("project"), for: try context.identity).contract())
    }

    /// Counts for all; agreement and scores for those who may read the team's data, since gold shows in them.
    @Sendable
    func standing(_ request: Request, _ context: ServiceContext) async throws -> Reply<LabelingProgress> {
        let caller = try context.identity
        let project = try await projects.find(try context.name("project"), for: caller)
        var counts = try await progress.counts(of: project.id)
        if caller.scopes.contains(.read) {
            let quality = try await qualities.quality(of: project.id)
            (counts.alpha, counts.labelers) = (quality.alpha, quality.labelers)
        }
        return .ok(counts)
    }
}
