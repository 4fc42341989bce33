import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Capabilities: apply, read, and where each stands.
struct CapabilityRoutes: Sendable {
    let capabilities: CapabilityStore
    let reports: SuiteReportStore
    let aliases: AliasStore
    let versions: ModelVersionStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/registry/capabilities", use: list)
        router.put("/v1/registry/capabilities/{capability}", use: apply)
        router.get("/v1/registry/capabilities/{capability}", use: find)
        router.get("/v1/registry/capabilities/{capability}/revisions/{revision}", use: revision)
        router.get("/v1/registry/capabilities/{capability}/status", use: status)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<CapabilityRecord>> {
        let page = try request.page(context: context)
        return Reply(page.page(try await capabilities.list(after: page.after?.first ?? "", limit: page.limit + 1)) { [$0.name] })
    }

    @Sendable
    func apply(_ request: Request, _ context: ServiceContext) async throws -> Reply<CapabilityRecord> {
        let name = try context.name("capability")
        let caller = try context.identity
        let manifest = try await request.decode(as: CapabilityManifest.self, context: context)
        let faults = ManifestCheck.faults(manifest, name: name)
        guard faults.isEmpty else { throw Problem(.manifestInvalid, errors: faults) }
        try caller.requireOwnership(of: manifest.metadata.team, orService: true)
        let applied = try await capabilities.apply(manifest, by: caller.subject) { owner in
            if let owner { try caller.requireOwnership(of: owner, orService: true) }
        }
        return Reply(status: applied.changed && applied.record.revision == 1 ? .created : .ok, applied.record)
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<CapabilityRecord> {
        .ok(try await capabilities.find(try context.name("capability")))
    }

    @Sendable
    func revision(_ request: Request, _ context: ServiceContext) async throws -> Reply<CapabilityRecord> {
        .ok(try await capabilities.find(try context.name("capability"), revision: try context.number("revision")))
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
}
