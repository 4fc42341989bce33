import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Versions, their suite reports, and aliases.
struct ModelVersionRoutes: Sendable {
    let capabilities: CapabilityStore
    let versions: ModelVersionStore
    let reports: SuiteReportStore
    let aliases: AliasStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/registry/models/{model}/versions", use: list)
        router.post("/v1/registry/models/{model}/versions", use: register)
        router.get("/v1/registry/models/{model}/versions/{version}", use: find)
        router.get("/v1/registry/models/{model}/versions/{version}/reports", use: listReports)
        router.post("/v1/registry/models/{model}/versions/{version}/reports", use: record)
        router.get("/v1/registry/models/{model}/aliases", use: listAliases)
        router.put("/v1/registry/models/{model}/aliases/{alias}", use: move)
        router.delete("/v1/registry/models/{model}/aliases/{alias}", use: remove)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<ModelVersion>> {
        let record = try await capabilities.find(try context.name("model"))
        let page = try request.page(context: context)
        let below = page.after?.first.flatMap { Int($0) } ?? Int(Int32.max)
        let found = try await versions.list(record.name, run: try request.query("run"), below: below, limit: page.limit + 1)
        return Reply(page.page(found) { [String($0.version)] })
    }

    @Sendable
    func register(_ request: Request, _ context: ServiceContext) async throws -> Reply<ModelVersion> {
        let asked = try await request.decode(as: NewModelVersion.self, context: context)
        let registered = try await versions.register(asked, capability: try context.name("model"))
        return Reply(status: registered.created ? .created : .ok, registered.version)
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<ModelVersion> {
        .ok(try await versions.find(try context.name("model"), try context.parameter("version")))
    }

    @Sendable
    func listReports(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<SuiteReport>> {
        let version = try await versions.find(try context.name("model"), try context.parameter("version"))
        return Reply(Page(items: try await reports.list(version.capability, version: version.version, limit: 100), nextPage: nil))
    }

    @Sendable
    func record(_ request: Request, _ context: ServiceContext) async throws -> Reply<SuiteReport> {
        let report = try await request.decode(as: SuiteReport.self, context: context)
        return .created(try await reports.record(report, capability: try context.name("model"), version: try context.number("version")))
    }

    @Sendable
    func listAliases(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<ModelAlias>> {
        let record = try await capabilities.find(try context.name("model"))
        return Reply(Page(items: try await aliases.list(record.name), nextPage: nil))
    }

    @Sendable
    func move(_ request: Request, _ context: ServiceContext) async throws -> Reply<ModelAlias> {
        let (model, alias, caller) = try await owned(context)
        guard Names.isName(alias), !Gate.isReserved(alias) else {
            throw FieldFault("alias", expected: Names.expectation + ", and neither latest nor v and digits")
        }
        let change = try await request.decode(as: AliasChange.self, context: context)
        guard (1...Int(Int32.max)).contains(change.version) else { throw FieldFault("version", expected: "the number of a version") }
        return .ok(try await aliases.move(alias, of: model, change, by: caller.actor ?? caller.subject))
    }

    @Sendable
    func remove(_ request: Request, _ context: ServiceContext) async throws -> NoContent {
        let (model, alias, _) = try await owned(context)
        try await aliases.remove(alias, of: model)
        return NoContent()
    }

    private func owned(_ context: ServiceContext) async throws -> (model: String, alias: String, caller: Caller) {
        let record = try await capabilities.find(try context.name("model"))
        let caller = try context.identity
        try caller.requireOwnership(of: record.team, orService: true)
        return (record.name, try context.parameter("alias"), caller)
    }
}
