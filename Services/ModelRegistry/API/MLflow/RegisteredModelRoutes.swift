import Contracts
import HTTPService
import Hummingbird
import MLflow

/// Registered models of MLflow's API, with their tags and aliases.
struct RegisteredModelRoutes: Sendable {
    static let base = "/mlflow/{api}/2.0/mlflow/registered-models"

    let models: RegisteredModelStore
    let versions: RegisteredVersionStore
    let tags: RegisteredTagStore
    let aliases: RegisteredAliasStore
    let searches: RegistrySearches

    func add(to router: Router<ServiceContext>) {
        router.post("\(Self.base)/create", use: create)
        router.post("\(Self.base)/rename", use: rename)
        router.patch("\(Self.base)/update", use: update)
        router.delete("\(Self.base)/delete", use: delete)
        router.get("\(Self.base)/get", use: find)
        router.get("\(Self.base)/search", use: search)
        router.get("\(Self.base)/get-latest-versions", use: latest)
        router.post("\(Self.base)/get-latest-versions", use: latest)
        router.post("\(Self.base)/set-tag", use: setTag)
        router.delete("\(Self.base)/delete-tag", use: deleteTag)
        router.get("\(Self.base)/alias", use: alias)
        router.post("\(Self.base)/alias", use: setAlias)
        router.delete("\(Self.base)/alias", use: deleteAlias)
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let name = try fields.modelName()
        let made = try await models.create(
            name, description: try fields.text("description"), tags: try ModelTag.list(fields), for: try context.tenant)
        return MLflowReply("registered_model", made.answer)
    }

    @Sendable
    func rename(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let (name, newName) = (try fields.modelName(), try fields.modelName("new_name"))
        return MLflowReply("registered_model", try await models.rename(name, to: newName, for: try context.tenant).answer)
    }

    @Sendable
    func update(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let (name, description) = (try fields.modelName(), try fields.text("description"))
        return MLflowReply("registered_model", try await models.update(name, description: description, for: try context.tenant).answer)
    }

    @Sendable
    func delete(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        try await models.delete(try await request.mlflowFields(context).modelName(), for: try context.tenant)
        return MLflowReply()
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let name = try await request.mlflowFields(context).modelName()
        return MLflowReply("registered_model", try await models.find(name, for: try context.tenant).answer)
    }

    @Sendable
    func search(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let page = try await searches.models(try await request.mlflowFields(context), for: try context.tenant)
        return MLflowReply("registered_models", page.items.map(\.answer), next: page.next)
    }

    @Sendable
    func latest(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let stages = try fields.texts("stages").map { try ModelStage($0) }
        let found = try await versions.latest(try fields.modelName(), stages: stages, for: try context.tenant)
        return MLflowReply("model_versions", found.map { $0.answer() })
    }

    @Sendable
    func setTag(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        try await tags.set(try ModelTag(fields), on: try fields.modelName(), for: try context.tenant)
        return MLflowReply()
    }

    @Sendable
    func deleteTag(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        try await tags.delete(try fields.requiredText("key"), from: try fields.modelName(), for: try context.tenant)
        return MLflowReply()
    }

    @Sendable
    func alias(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let found = try await aliases.find(try fields.requiredText("alias"), of: try fields.modelName(), for: try context.tenant)
        return MLflowReply("model_version", found.answer())
    }

    @Sendable
    func setAlias(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        let (name, alias) = (try fields.modelName(), try fields.requiredText("alias"))
        try AliasName.check(alias)
        try await aliases.set(alias, of: name, to: try fields.versionNumber(), for: try context.tenant)
        return MLflowReply()
    }

    @Sendable
    func deleteAlias(_ request: Request, _ context: ServiceContext) async throws -> MLflowReply {
        let fields = try await request.mlflowFields(context)
        try await aliases.delete(try fields.requiredText("alias"), of: try fields.modelName(), for: try context.tenant)
        return MLflowReply()
    }
}

extension RequestFields {
    /// A model's name.
    func modelName(_ parameter: String = "name") throws(MLflowError) -> String {
        let name = try requiredText(parameter)
        try ModelName.check(name)
        return name
    }

    /// A version's number; clients send it as a text, some as a number.
    func versionNumber() throws(MLflowError) -> Int {
        if case .integer(let number)? = self["version"] { return try ModelName.version("\(number)") }
        return try ModelName.version(try requiredText("version"))
    }
}
