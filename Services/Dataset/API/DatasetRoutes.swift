import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Datasets: make, read, and what they lack. Their names are open to every team, what is in them is not.
struct DatasetRoutes: Sendable {
    let datasets: DatasetStore
    let versions: VersionStore
    let capabilities: CapabilityDirectory
    let tables: VersionTables

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/dataset/datasets", use: list)
        router.post("/v1/dataset/datasets", use: create)
        router.get("/v1/dataset/datasets/{dataset}", use: find)
        router.get("/v1/dataset/datasets/{dataset}/needs", use: needs)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<DatasetRecord>> {
        let page = try request.page(context: context)
        return Reply(page.page(try await datasets.list(after: page.after?.first ?? "", limit: page.limit + 1)) { [$0.name] })
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<DatasetRecord> {
        let asked = try await request.decode(as: NewDataset.self, context: context)
        let fields = [("name", asked.name), ("team", asked.team), ("capability", asked.capability ?? "none")]
        let faults = fields.filter { !Names.isName($0.1) }.map { FieldFault($0.0, expected: Names.expectation) }
        guard faults.isEmpty else { throw Problem(.invalidField, errors: faults) }
        try context.identity.requireOwnership(of: asked.team)
        try await capabilities.check(asked)
        let made = try await datasets.create(asked) { try await context.remember(Self.created($0), on: $1) }
        return made.created ? Self.created(made.record) : .ok(made.record)
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<DatasetRecord> {
        .ok(try await datasets.find(try context.name("dataset")).record)
    }

    @Sendable
    func needs(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<DataNeed>> {
        let record = try await datasets.readable(context).record
        guard let manifest = capabilities.manifest(of: record) else { return .ok(Page(items: [])) }
        var version: DatasetVersion?
        if let latest = record.latestVersion { version = try await versions.find(record.name, latest) }
        let needs = try await withTableLimits { [version] in try await tables.needs(version, manifest: manifest) }
        return .ok(Page(items: needs))
    }

    private static func created(_ record: DatasetRecord) -> Reply<DatasetRecord> {
        .created(record, location: "/v1/dataset/datasets/\(record.name)")
    }
}
