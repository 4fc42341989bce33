import Contracts
import Foundation
import HTTPService
import Hummingbird
import MLflow

/// Runs as MLflow's clients make, find and change them.
struct TrackedRunRoutes: Sendable {
    let runs: TrackedRunStore
    let experiments: ExperimentStore
    let tokens: PageTokenCodec

    func add(to router: Router<ServiceContext>) {
        let base = ArtifactRoutes.tracking + "runs/"
        router.post("\(base)create", use: create)
        router.get("\(base)get", use: find)
        router.post("\(base)update", use: change)
        router.post("\(base)delete") { try await move($0, $1, to: .deleted) }
        router.post("\(base)restore") { try await move($0, $1, to: .active) }
        router.post("\(base)search", use: search)
        router.post("\(base)delete-tag", use: removeTag)
        router.post("\(base)log-inputs", use: addInputs)
        router.post("\(base)outputs", use: addOutputs)
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        var generator = SystemRandomNumberGenerator()
        let new = try NewTrackedRun(try await request.fields(context), now: Date.now.milliseconds, using: &generator)
        let experiment = try await experiments.find(new.experiment, scope: try context.teamScope)
        let caller = try context.identity
        return Self.answer(try await runs.add(new, to: experiment, by: caller.actor ?? caller.subject))
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Response {
        Self.answer(try await named(try request.queryFields(context), context))
    }

    @Sendable
    func change(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let status = try fields.text("status").map { text in
            guard let status = RunStatus(rawValue: text) else {
                let names = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
                throw MLflowError.invalidValue(.string(text), parameter: "status", "expected one of \(names)")
            }
            return status
        }
        let name = try fields.storable("run_name").flatMap { $0.isEmpty ? nil : Limits.storedTagValue($0) }
        let run = try await named(fields, context)
        try await runs.change(run, status: status, endTime: try fields.integer("end_time"), name: name)
        var answer = AnswerFields()
        answer.set("run_info", try await runs.find(run.id, scope: try context.teamScope).info)
        return answer.response
    }

    private func move(_ request: Request, _ context: ServiceContext, to stage: LifecycleStage) async throws -> Response {
        try await runs.move(try await named(try await request.fields(context), context), to: stage)
        return AnswerFields().response
    }

    @Sendable
    func search(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let filter = try SearchFilter(try fields.storable("filter"), kind: .runs)
        let order = try SearchOrder(try fields.texts("order_by"), kind: .runs)
        let (view, limit) = (try ViewType(fields, "run_view_type"), try Limits.pageSize(try fields.integer("max_results"), of: .runs))
        let wanted = try fields.texts("experiment_ids").map { try ExperimentID($0) }
        let scope = try context.teamScope
        let search = PagedSearch(filter, order, scope: scope.binding + [view.rawValue] + wanted.map(\.description))
        let after = try tokens.values(in: try fields.text("page_token"), of: search)
        let found = try await runs.search(search, experiments: wanted, scope: scope, view: view, after: after, limit: limit)
        var answer = AnswerFields()
        answer.set("runs", found.prefix(limit).map(\.run.answer))
        answer.set("next_page_token", tokens.next(found.map(\.place), limit: limit, in: search))
        return answer.response
    }

    @Sendable
    func removeTag(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let key = try fields.requiredText("key")
        try await runs.removeTag(key.withoutNull, of: try await named(fields, context))
        return AnswerFields().response
    }

    @Sendable
    func addInputs(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let datasets = try fields.objects("datasets").map { try DatasetInput($0) }
        let models = try fields.objects("models").map { ModelUse(model: try $0.requiredText("model_id").withoutNull) }
        try await runs.add(datasets, reads: models, to: try await named(fields, context))
        return AnswerFields().response
    }

    @Sendable
    func addOutputs(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let models = try fields.objects("models").map {
            ModelUse(model: try $0.requiredText("model_id").withoutNull, step: try $0.integer("step") ?? 0)
        }
        try await runs.add([], makes: models, to: try await named(fields, context))
        return AnswerFields().response
    }

    /// The run that a request names, for whoever may touch it.
    private func named(_ fields: RequestFields, _ context: ServiceContext) async throws -> TrackedRun {
        try await runs.find(try fields.runID().withoutNull, scope: try context.teamScope)
    }

    private static func answer(_ run: TrackedRun) -> Response {
        var answer = AnswerFields()
        answer.set("run", run.answer)
        return answer.response
    }
}

extension TeamScope {
    /// What a page token is bound to.
    var binding: [String] { [team, reachesAll ? "all" : "own"] }
}
