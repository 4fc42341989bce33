import Contracts
import HTTPService
import Hummingbird

/// Where model versions came from, and what came of runs and dataset versions.
struct LineageRoutes: Sendable {
    private static let mostMoves = 100
    private static let mostReports = 100

    let versions: ModelVersionStore
    let history: AliasHistoryStore
    let reports: SuiteReportStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/registry/models/{model}/versions/{version}/lineage", use: find)
        router.get("/v1/registry/lineage", use: list)
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<Lineage> {
        let version = try await versions.find(try context.name("model"), try context.parameter("version"))
        let moves = try await history.moves(of: version.capability, to: version.version, limit: Self.mostMoves)
        let reports = try await reports.list(version.capability, version: version.version, limit: Self.mostReports)
        return .ok(Lineage(version: version, moves: moves, reports: reports.map(Lineage.Report.init)))
    }

    /// Versions that came of a run or of a dataset version.
    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<ModelVersion>> {
        let page = try request.page(context: context, keys: 2)
        let origin = ModelOrigin(
            run: try request.query("run"), dataset: try request.query("dataset"),
            datasetVersion: try request.query("datasetVersion") == nil
                ? nil : request.query("datasetVersion", in: 1...Int(Int32.max), default: 1))
        guard origin.run != nil || origin.dataset != nil else {
            throw FieldFault("run", expected: "a run, or dataset with a dataset's name")
        }
        let after = page.after.map { ($0[0], Int($0[1]) ?? 0) } ?? ("", 0)
        let found = try await versions.list(of: origin, after: after, limit: page.limit + 1)
        return Reply(page.page(found) { [$0.capability, String($0.version)] })
    }
}

extension Lineage.Report {
    init(_ report: SuiteReport) {
        self.init(
            id: report.id, passed: report.passed, manifestRevision: report.manifestRevision, dataset: report.dataset, split: report.split,
            startedAt: report.startedAt)
    }
}
