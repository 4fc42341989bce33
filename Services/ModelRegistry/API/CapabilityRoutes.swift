import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Capabilities: plan, apply, read, compare, and where each stands.
struct CapabilityRoutes: Sendable {
    let capabilities: CapabilityStore
    let reports: SuiteReportStore
    let aliases: AliasStore
    let versions: ModelVersionStore

    func add(to router: Router<ServiceContext>) {
        router.put("/v1/registry/capabilities/{capability}", use: apply)
        router.get("/v1/registry/capabilities/{capability}", use: find)
        router.post("/v1/registry/capabilities/{capability}/plan", use: plan)
        router.get("/v1/registry/capabilities/{capability}/revisions", use: revisions)
        router.get("/v1/registry/capabilities/{capability}/revisions/{revision}", use: revision)
        router.get("/v1/registry/capabilities/{capability}/revisions/{revision}/diff/{other}", use: difference)
        router.get("/v1/registry/capabilities/{capability}/status", use: status)
    }

    @Sendable
    func apply(_ request: Request, _ context: ServiceContext) async throws -> Reply<CapabilityRecord> {
        let (manifest, caller) = try await checked(request, context)
        let applied = try await capabilities.apply(manifest, by: caller.subject) { owner in
            if let owner { try caller.requireOwnership(of: owner, orService: true) }
        }
        return Reply(status: applied.changed && applied.record.revision == 1 ? .created : .ok, applied.record)
    }

    /// What applying the manifest would do; nothing is done.
    @Sendable
    func plan(_ request: Request, _ context: ServiceContext) async throws -> Reply<CapabilityPlan> {
        let (manifest, caller) = try await checked(request, context)
        let present = try await capabilities.current(manifest.metadata.name)
        if let present { try caller.requireOwnership(of: present.team, orService: true) }
        return .ok(try ManifestPlan.plan(manifest, content: try WireJSON.value(manifest), present: present))
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<CapabilityRecord> {
        .ok(try await capabilities.find(try context.name("capability")))
    }

    @Sendable
    func revisions(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<CapabilityRecord>> {
        let name = try await capabilities.find(try context.name("capability")).name
        let page = try request.page(context: context)
        let below = page.after?.first.flatMap { Int($0) } ?? Int(Int32.max)
        return Reply(page.page(try await capabilities.revisions(of: name, below: below, limit: page.limit + 1)) { [String($0.revision)] })
    }

    @Sendable
    func revision(_ request: Request, _ context: ServiceContext) async throws -> Reply<CapabilityRecord> {
        .ok(try await capabilities.find(try context.name("capability"), revision: try context.number("revision")))
    }

    /// What another revision changed of one.
    @Sendable
    func difference(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<ManifestChange>> {
        let name = try context.name("capability")
        let from = try await capabilities.find(name, revision: try context.number("revision"))
        let to = try await capabilities.find(name, revision: try context.number("other"))
        let changes = ManifestDiff.changes(from: try WireJSON.value(from.manifest), to: try WireJSON.value(to.manifest))
        return Reply(Page(items: changes, nextPage: nil))
    }

    @Sendable
    func status(_ request: Request, _ context: ServiceContext) async throws -> Reply<CapabilityStatus> {
        let record = try await capabilities.find(try context.name("capability"))
        let newest = try await versions.list(record.name, below: Int(Int32.max), limit: 1)
        return .ok(
            CapabilityStatus(
                capability: record.name, revision: record.revision, tests: record.manifest.tests ?? [],
                report: try await reports.newest(record.name), versions: newest.first?.version ?? 0,
                aliases: try await aliases.list(record.name)))
    }

    /// The manifest of a request, without a fault, of a team that the caller acts for.
    private func checked(_ request: Request, _ context: ServiceContext) async throws -> (CapabilityManifest, Caller) {
        let name = try context.name("capability")
        let caller = try context.identity
        let body = try await ManifestBody(request, context)
        try body.check(name: name)
        try caller.requireOwnership(of: body.manifest.metadata.team, orService: true)
        return (body.manifest, caller)
    }
}
