import BlobStore
import Contracts
import Evaluation
import HTTPService
import Hummingbird

/// What can be read off suites: which bounds today's rows decide, and which rows flipped between two reports.
struct SuiteReadRoutes: Sendable {
    /// Flipped rows of each kind that an answer lists.
    static let mostRows = 1_000

    let suites: SuiteStore
    let registry: RegistryPeer
    let dataset: DatasetPeer
    let rows: VersionRows
    let blobs: any BlobStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/trainer/plans/{capability}", use: plan)
        router.get("/v1/trainer/suites/{suite}/comparison", use: compare)
    }

    @Sendable
    func plan(_ request: Request, _ context: ServiceContext) async throws -> Reply<SuitePlan> {
        let record = try await registry.asked(try context.name("capability"))
        try context.identity.requireOwnership(of: record.team)
        let data = try await dataset.asked(try request.datasetVersion(), for: record.manifest)
        let labeled = try await rows.read(data, interface: record.manifest.interface)
        let report = try await suites.newestReport(of: record.name)
        let reference = DatasetReference(name: data.dataset, version: data.number, id: data.id)
        return .ok(
            try await ComputeThread.run("plan") {
                try SuitePlanner(record.manifest, rows: labeled, report: report).plan(revision: record.revision, dataset: reference)
            })
    }

    @Sendable
    func compare(_ request: Request, _ context: ServiceContext) async throws -> Reply<SuiteComparison> {
        guard let other = try request.query("with") else { throw FieldFault("with", expected: "the id of a suite run to compare with") }
        let before = try await judged(try context.parameter("suite"), context)
        let after = try await judged(other, context)
        guard before.report.capability == after.report.capability else {
            throw FieldFault("with", expected: "a suite run of the capability \(before.report.capability)")
        }
        return .ok(
            try await ComputeThread.run("comparison") {
                SuiteComparison(
                    before.report, try SuiteRows(bytes: before.rows), after.report, try SuiteRows(bytes: after.rows), limit: Self.mostRows)
            })
    }

    /// A suite's report with its rows. Throws `suiteUnknown`, `forbidden`, and `conflict` where there is nothing to compare yet.
    private func judged(_ id: String, _ context: ServiceContext) async throws -> (report: SuiteReport, rows: [UInt8]) {
        let found = try await suites.find(id)
        try context.identity.requireOwnership(of: found.team)
        guard let report = found.suite.report, let rows = report.rows else {
            throw Problem(.conflict, "Suite run \(id) has no rows to compare: it is \(found.suite.state.rawValue).")
        }
        return (report, try await blobs.get(rows))
    }
}

extension Request {
    /// The number of a dataset version; nil for the newest.
    fileprivate func datasetVersion() throws -> Int? {
        guard let text = try query("dataset") else { return nil }
        guard let number = Int(text), (1...Int(Int32.max)).contains(number) else {
            throw FieldFault("dataset", expected: "the number of a dataset version")
        }
        return number
    }
}
