import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Versions and their suite reports.
struct ModelVersionRoutes: Sendable {
    let capabilities: CapabilityStore
    let versions: ModelVersionStore
    let reports: SuiteReportStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/registry/models/{model}/versions", use: list)
        router.post("/v1/registry/models/{model}/versions", use: register)
        router.get("/v1/registry/models/{model}/versions/{version}", use: find)
        router.get("/v1/registry/models/{model}/versions/{version}/reports", use: listReports)
        router.post("/v1/registry/models/{model}/versions/{version}/reports", use: record)
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
}
