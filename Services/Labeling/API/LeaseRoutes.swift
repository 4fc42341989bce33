import Contracts
import HTTPService
import HTTPTypes
import Hummingbird

/// What a labeler does: take a task, answer it, pass on it.
struct LeaseRoutes: Sendable {
    let projects: ProjectDirectory
    let tasks: TaskStore
    let leases: LeaseStore
    let annotations: AnnotationStore
    /// A random number from 0 up to 1, which decides whether a gold task is lent.
    let draw: @Sendable () -> Double

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/labeling/projects/{project}/leases", use: lend)
        router.post("/v1/labeling/tasks/{task}/annotations", use: annotate)
        router.post("/v1/labeling/tasks/{task}/skips", use: skip)
    }

    /// The next task, or 204. `?besides=<lease>` asks for one more while that lease is in hand.
    @Sendable
    func lend(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let caller = try context.identity
        let project = try await projects.find(try context.name("project"), for: caller)
        let lease = try await leases.lend(
            project.id, to: caller.subject, wantsGold: draw() < (try project.rules.gold), besides: try request.query("besides"))
        guard let lease else { return try NoContent().response(from: request, context: context) }
        return try Reply.created(lease).response(from: request, context: context)
    }

    @Sendable
    func annotate(_ request: Request, _ context: ServiceContext) async throws -> Reply<Annotation> {
        let (task, project, caller) = try await visibleTask(context)
        let given = try await request.decode(as: NewAnnotation.self, context: context)
        if let time = given.leadTimeMilliseconds, !(0...Int(Int32.max)).contains(time) {
            throw FieldFault("leadTimeMilliseconds", expected: "a whole number of milliseconds, 0 or more")
        }
        let rules = try project.rules
        guard let label = rules.choice(given.label) else {
            throw Problem(
                .labelInvalid, errors: [FieldFault("label", expected: "one of " + rules.choices.map(\.text).joined(separator: ", "))])
        }
        return .created(try await annotations.answer(given, label: label, task: task, labeler: caller.subject, rules: rules))
    }

    @Sendable
    func skip(_ request: Request, _ context: ServiceContext) async throws -> NoContent {
        let (task, _, caller) = try await visibleTask(context)
        let given = try await request.decode(as: NewSkip.self, context: context)
        try await annotations.skip(given.lease, task: task, labeler: caller.subject)
        return NoContent()
    }

    /// A task of a project that the caller may see; any other is unknown.
    private func visibleTask(_ context: ServiceContext) async throws -> (task: String, project: Project, caller: Caller) {
        let (task, caller) = (try context.parameter("task"), try context.identity)
        let place = try await tasks.place(of: task)
        do {
            return (task, try await projects.find(place.project, for: caller), caller)
        } catch let problem as Problem where problem.code == ProblemCode.projectUnknown.name {
            throw Problem(.taskUnknown, "There is no task \(task).")
        }
    }
}
