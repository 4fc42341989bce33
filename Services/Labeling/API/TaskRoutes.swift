import Contracts
import HTTPService
import HTTPTypes
import Hummingbird

/// Rows to be labeled: pushed by their owner or the monitor, or chosen by labeling itself.
struct TaskRoutes: Sendable {
    let projects: ProjectDirectory
    let tasks: TaskStore
    let requests: RowRequest

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/labeling/projects/{project}/tasks", use: push)
        router.get("/v1/labeling/projects/{project}/tasks", use: list)
        router.post("/v1/labeling/projects/{project}/requests", use: choose)
    }

    @Sendable
    func push(_ request: Request, _ context: ServiceContext) async throws -> Reply<TaskReceipt> {
        let project = try await projects.findOrCreate(try context.name("project"), for: try context.identity)
        let given = try await request.decode(as: NewTasks.self, context: context)
        let rules = try project.rules
        let faults = given.faults(rules)
        guard faults.isEmpty else { throw Problem(.invalidField, errors: faults) }
        let count = given.tasks.count
        let created = try await tasks.add(given.tasks, reason: given.reason, project: project.id, rules: rules) {
            try await context.remember(.created(TaskReceipt(asked: count, created: $0, known: count - $0)), on: $1)
        }
        return .created(TaskReceipt(asked: count, created: created, known: count - created))
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<LabelingTask>> {
        let project = try await projects.find(try context.name("project"), for: try context.identity)
        let page = try request.page(context: context)
        let after = page.after?.first.flatMap { Int($0) } ?? 0
        let found = try await tasks.list(of: project.id, after: after, settled: try request.queryFlag("settled"), limit: page.limit + 1)
        let numbered = page.page(found) { [String($0.ordinal)] }
        return Reply(Page(items: numbered.items.map(\.task), nextPage: numbered.nextPage))
    }

    @Sendable
    func choose(_ request: Request, _ context: ServiceContext) async throws -> Reply<TaskReceipt> {
        let project = try await projects.find(try context.name("project"), for: try context.identity)
        let asked = try await request.decode(as: LabelRequest.self, context: context)
        return .created(
            try await requests.carryOut(asked, project: project) { try await context.remember(.created($0), on: $1) })
    }
}
