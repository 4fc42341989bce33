import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Aliases: where they point, where they have pointed, and how they move.
struct AliasRoutes: Sendable {
    let capabilities: CapabilityStore
    let aliases: AliasStore
    let history: AliasHistoryStore
    let trial: ModelTrial

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/registry/models/{model}/aliases", use: list)
        router.put("/v1/registry/models/{model}/aliases/{alias}", use: move)
        router.delete("/v1/registry/models/{model}/aliases/{alias}", use: remove)
        router.get("/v1/registry/models/{model}/aliases/{alias}/history", use: history)
        router.post("/v1/registry/models/{model}/aliases/{alias}/rollback", use: rollBack)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<ModelAlias>> {
        let record = try await capabilities.find(try context.name("model"))
        return Reply(Page(items: try await aliases.list(record.name), nextPage: nil))
    }

    @Sendable
    func move(_ request: Request, _ context: ServiceContext) async throws -> Reply<ModelAlias> {
        let (record, alias, caller) = try await owned(context)
        guard Names.isName(alias), !Gate.isReserved(alias) else {
            throw FieldFault("alias", expected: Names.expectation + ", and neither latest nor v and digits")
        }
        let change = try await request.decode(as: AliasChange.self, context: context)
        guard (1...Int(Int32.max)).contains(change.version) else { throw FieldFault("version", expected: "the number of a version") }
        let overrides = try AliasOverride.isAsked(
            change.override, reason: change.reason, mayOverride: caller.scopes.contains(.operate))
        return .ok(try await aliases.move(alias, of: record.name, change, by: caller.author, overrides: overrides))
    }

    @Sendable
    func remove(_ request: Request, _ context: ServiceContext) async throws -> NoContent {
        let (record, alias, caller) = try await owned(context)
        let reason = try request.query("reason")
        let overrides = try AliasOverride.isAsked(
            try request.queryFlag("override"), reason: reason, mayOverride: caller.scopes.contains(.operate))
        try await aliases.remove(alias, of: record.name, by: caller.author, reason: reason, overrides: overrides)
        return NoContent()
    }

    @Sendable
    func history(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<AliasMove>> {
        let (name, alias) = (try await capabilities.find(try context.name("model")).name, try context.parameter("alias"))
        if let text = try request.query("at") {
            guard let time = WireJSON.date(text) else { throw FieldFault("at", expected: "an RFC 3339 time, as 2026-01-31T12:00:00Z") }
            let move = try await history.find(alias, of: name, at: time)
            return Reply(Page(items: move.map { [$0] } ?? [], nextPage: nil))
        }
        let page = try request.page(context: context)
        let before = page.after?.first.flatMap { Int($0) } ?? .max
        let found = page.page(try await history.list(alias, of: name, before: before, limit: page.limit + 1)) { [String($0.id)] }
        return Reply(Page(items: found.items.map(\.move), nextPage: found.nextPage))
    }

    @Sendable
    func rollBack(_ request: Request, _ context: ServiceContext) async throws -> Reply<ModelAlias> {
        let (record, alias, caller) = try await owned(context)
        let order = try await request.decode(as: AliasRollback.self, context: context)
        guard let target = try await history.path(alias, of: record.name).target, let model = target.model else {
            throw Problem(.nothingToRollBack, "\(alias) of \(record.name) has pointed to nothing else before.")
        }
        // Before the pointer moves, and before any lock is taken.
        try await trial.run(model, record.manifest.interface)
        return .ok(try await aliases.rollBack(alias, of: record.name, to: target, order, by: caller.author))
    }

    private func owned(_ context: ServiceContext) async throws -> (record: CapabilityRecord, alias: String, caller: Caller) {
        let record = try await capabilities.find(try context.name("model"))
        let caller = try context.identity
        try caller.requireOwnership(of: record.team, orService: true)
        return (record, try context.parameter("alias"), caller)
    }
}

extension Caller {
    /// Whose name stands on the record: the person or key, also where a service asks for them.
    fileprivate var author: String { actor ?? subject }
}
