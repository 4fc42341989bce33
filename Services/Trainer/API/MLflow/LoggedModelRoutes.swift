import HTTPService
import Hummingbird
import MLflow

/// Logged models as MLflow's clients make, find and change them.
struct LoggedModelRoutes: Sendable {
    let models: LoggedModelStore
    let experiments: ExperimentStore
    let tokens: PageTokenCodec

    func add(to router: Router<ServiceContext>) {
        let base = ArtifactRoutes.tracking + "logged-models"
        router.post("\(base)", use: create)
        router.post("\(base)/search", use: search)
        router.get("\(base)/{model}", use: find)
        router.patch("\(base)/{model}", use: finish)
        router.delete("\(base)/{model}", use: remove)
        router.post("\(base)/{model}/params", use: addParams)
        router.patch("\(base)/{model}/tags", use: setTags)
        router.delete("\(base)/{model}/tags/{key}", use: removeTag)
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        var generator = SystemRandomNumberGenerator()
        let new = try NewLoggedModel(try await request.fields(context), using: &generator)
        let experiment = try await experiments.find(new.experiment, scope: try context.teamScope)
        return Self.answer(try await models.add(new, to: experiment))
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Response {
        Self.answer(try await named(context))
    }

    @Sendable
    func finish(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let status = try LoggedModelStatus(wireName: try await request.fields(context).requiredText("status"))
        let model = try await named(context)
        try await models.finish(model, as: status)
        return Self.answer(try await models.find(model.id, scope: try context.teamScope))
    }

    @Sendable
    func remove(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await models.remove(try await named(context))
        return AnswerFields().response
    }

    @Sendable
    func search(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let filter = try SearchFilter(try fields.storable("filter"), kind: .loggedModels)
        let order = try SearchOrder(try fields.objects("order_by").map { try LoggedModelOrder($0) })
        let datasets = try fields.objects("datasets").map {
            OrderTerm.Dataset(name: try $0.requiredText("dataset_name"), digest: try $0.storable("dataset_digest"))
        }
        let wanted = try fields.texts("experiment_ids").map { try ExperimentID($0) }
        guard !wanted.isEmpty else { throw MLflowError.missingParameter("experiment_ids") }
        let limit = try Limits.pageSize(try fields.integer("max_results"), of: .loggedModels)
        let scope = try context.teamScope
        let names = datasets.flatMap { [$0.name, $0.digest ?? ""] }
        let search = PagedSearch(filter, order, scope: scope.binding + wanted.map(\.description) + names)
        let after = try tokens.values(in: try fields.text("page_token"), of: search)
        let found = try await models.search(search, experiments: wanted, datasets: datasets, scope: scope, after: after, limit: limit)
        var answer = AnswerFields()
        answer.set("models", found.prefix(limit).map(\.model.answer))
        answer.set("next_page_token", tokens.next(found.map(\.place), limit: limit, in: search))
        return answer.response
    }

    @Sendable
    func addParams(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let params = try await request.fields(context).objects("params").map { try KeyValue(param: $0) }
        try await models.add(params: params, to: try await named(context))
        return AnswerFields().response
    }

    @Sendable
    func setTags(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let tags = try await request.fields(context).objects("tags").map { try KeyValue(tag: $0) }
        let model = try await named(context)
        try await models.set(tags: tags, of: model)
        return Self.answer(try await models.find(model.id, scope: try context.teamScope))
    }

    @Sendable
    func removeTag(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await models.removeTag(try context.parameter("key"), of: try await named(context))
        return AnswerFields().response
    }

    /// The model of the path, for whoever may touch it.
    private func named(_ context: ServiceContext) async throws -> LoggedModel {
        try context.requireArtifactAPI()
        return try await models.find(try context.parameter("model"), scope: try context.teamScope)
    }

    private static func answer(_ model: LoggedModel) -> Response {
        var answer = AnswerFields()
        answer.set("model", model.answer)
        return answer.response
    }
}

extension LoggedModelOrder {
    /// The element of a request.
    fileprivate init(_ fields: RequestFields) throws(MLflowError) {
        self.init(
            fieldName: try fields.storable("field_name"), ascending: try fields.flag("ascending"),
            datasetName: try fields.storable("dataset_name"), datasetDigest: try fields.storable("dataset_digest"))
    }
}
