import Contracts
import HTTPService
import Hummingbird
import MLflow

/// Model versions of MLflow's API.
struct RegisteredVersionRoutes: Sendable {
    static let base = "/mlflow/{api}/2.0/mlflow/model-versions"

    let versions: RegisteredVersionStore
    let stages: RegisteredStageStore
    let tags: RegisteredTagStore
    let aliases: RegisteredAliasStore
    let maker: VersionMaker
    let searches: RegistrySearches

    func add(to router: Router<ServiceContext>) {
        router.post("\(Self.base)/create", use: create)
        router.patch("\(Self.base)/update", use: update)
        router.post("\(Self.base)/transition-stage", use: transition)
        router.delete("\(Self.base)/delete", use: delete)
        router.get("\(Self.base)/get", use: find)
        router.get("\(Self.base)/search", use: search)
        router.get("\(Self.base)/get-download-uri", use: location)
        router.post("\(Self.base)/set-tag", use: setTag)
        router.delete("\(Self.base)/delete-tag", use: deleteTag)
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let order = VersionMaker.Order(
            name: try fields.modelName(), source: try fields.requiredText("source"), runID: try fields.nonEmpty("run_id"),
            runLink: try fields.nonEmpty("run_link"), modelID: try fields.nonEmpty("model_id"),
            description: try fields.text("description"), tags: try ModelTag.list(fields))
        return MLflowReply("model_version", try await maker.make(order, for: try context.tenant).answer())
    }

    @Sendable
    func update(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let changed = try await versions.update(
            try fields.modelName(), version: try fields.versionNumber(), description: try fields.text("description"),
            for: try context.tenant)
        return MLflowReply("model_version", changed.answer())
    }

    @Sendable
    func transition(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let stage = try ModelStage(try fields.requiredText("stage"))
        let archiving = try fields.flag("archive_existing_versions") ?? false
        if archiving { try stage.requireActive() }
        let changed = try await stages.transition(
            try fields.modelName(), version: try fields.versionNumber(), to: stage, archiving: archiving, for: try context.tenant)
        return MLflowReply("model_version", changed.answer())
    }

    @Sendable
    func delete(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        try await aliases.deleteVersion(try fields.versionNumber(), of: try fields.modelName(), for: try context.tenant)
        return MLflowReply()
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let found = try await versions.find(try fields.modelName(), version: try fields.versionNumber(), for: try context.tenant)
        return MLflowReply("model_version", found.answer())
    }

    @Sendable
    func search(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let page = try await searches.versions(try await request.mlflowFields(context), for: try context.tenant)
        return MLflowReply("model_versions", page.items.map { $0.answer() }, next: page.next)
    }

    @Sendable
    func location(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let found = try await versions.find(try fields.modelName(), version: try fields.versionNumber(), for: try context.tenant)
        return MLflowReply("artifact_uri", found.location)
    }

    @Sendable
    func setTag(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        try await tags.set(
            try ModelTag(fields), on: try fields.modelName(), version: try fields.versionNumber(), for: try context.tenant)
        return MLflowReply()
    }

    @Sendable
    func deleteTag(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        try await tags.delete(
            try fields.requiredText("key"), from: try fields.modelName(), version: try fields.versionNumber(), for: try context.tenant)
        return MLflowReply()
    }
}

extension RequestFields {
    /// A text; nil when it is absent or empty.
    func nonEmpty(_ name: String) throws(MLflowError) -> String? {
        try text(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}
