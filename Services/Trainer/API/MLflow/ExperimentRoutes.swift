import HTTPService
import Hummingbird
import MLflow

/// Experiments as MLflow's clients make, find and change them.
struct ExperimentRoutes: Sendable {
    let experiments: ExperimentStore
    let tokens: PageTokenCodec

    func add(to router: Router<ServiceContext>) {
        let base = ArtifactRoutes.tracking + "experiments/"
        router.post("\(base)create", use: create)
        router.get("\(base)get", use: find)
        router.get("\(base)get-by-name", use: findByName)
        router.get("\(base)search") { try await search(try $0.queryFields($1, lists: ["order_by"]), $1) }
        router.post("\(base)search") { try await search(try await $0.fields($1), $1) }
        router.post("\(base)delete") { try await move($0, $1, to: .deleted) }
        router.post("\(base)restore") { try await move($0, $1, to: .active) }
        router.post("\(base)update", use: rename)
        router.post("\(base)set-experiment-tag", use: setTag)
        router.post("\(base)delete-experiment-tag", use: removeTag)
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let name = try fields.requiredText("name")
        try Experiment.checkName(name, parameter: "name")
        _ = try fields.storable("name")
        let tags = try fields.objects("tags").map { try KeyValue(experimentTag: $0) }
        let id = try await experiments.add(name, tags: tags, team: try context.teamScope.team)
        var answer = AnswerFields()
        answer.set("experiment_id", id.description)
        return answer.response
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await Self.answer(named(try request.queryFields(context), context))
    }

    @Sendable
    func findByName(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let name = try request.queryFields(context).requiredText("experiment_name")
        return Self.answer(try await experiments.find(name: name.withoutNull, team: try context.teamScope.team))
    }

    func search(_ fields: RequestFields, _ context: ServiceContext) async throws -> Response {
        let filter = try SearchFilter(try fields.storable("filter"), kind: .experiments)
        let order = try SearchOrder(try fields.texts("order_by"), kind: .experiments)
        let (view, limit) = (try ViewType(fields, "view_type"), try Limits.pageSize(try fields.integer("max_results"), of: .experiments))
        let team = try context.teamScope.team
        let search = PagedSearch(filter, order, scope: [team, view.rawValue])
        let after = try tokens.values(in: try fields.text("page_token"), of: search)
        let found = try await experiments.search(search, team: team, view: view, after: after, limit: limit)
        var answer = AnswerFields()
        answer.set("experiments", found.prefix(limit).map(\.experiment.answer))
        answer.set("next_page_token", tokens.next(found.map(\.place), limit: limit, in: search))
        return answer.response
    }

    private func move(_ request: Request, _ context: ServiceContext, to stage: LifecycleStage) async throws -> Response {
        try await experiments.move(try await named(try await request.fields(context), context), to: stage)
        return AnswerFields().response
    }

    @Sendable
    func rename(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let experiment = try await named(fields, context)
        if let name = try fields.storable("new_name"), !name.isEmpty {
            try Experiment.checkName(name, parameter: "new_name")
            try experiment.requireActive()
            try await experiments.rename(experiment, to: name)
        }
        return AnswerFields().response
    }

    @Sendable
    func setTag(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let tag = try KeyValue(experimentTag: fields)
        let experiment = try await named(fields, context)
        try experiment.requireActive()
        try await experiments.set(tag, of: experiment)
        return AnswerFields().response
    }

    @Sendable
    func removeTag(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let key = try fields.requiredText("key")
        try await experiments.removeTag(key.withoutNull, of: try await named(fields, context))
        return AnswerFields().response
    }

    /// The experiment that a request names, for whoever may touch it.
    private func named(_ fields: RequestFields, _ context: ServiceContext) async throws -> Experiment {
        try await experiments.find(try ExperimentID(try fields.requiredText("experiment_id")), scope: try context.teamScope)
    }

    private static func answer(_ experiment: Experiment) -> Response {
        var answer = AnswerFields()
        answer.set("experiment", experiment.answer)
        return answer.response
    }
}

extension String {
    /// The text as the database can look for it: no row has a U+0000.
    var withoutNull: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}

extension PageTokenCodec {
    /// The token for what follows the page, when one record too many was found.
    func next(_ places: [[SearchValue?]], limit: Int, in search: PagedSearch) -> String? {
        places.count > limit ? token(after: places[limit - 1], in: search) : nil
    }
}
