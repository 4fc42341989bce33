import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Slices
import Tables

/// What is in a version: rows and statistics.
struct RowRoutes: Sendable {
    let datasets: DatasetStore
    let versions: VersionStore
    let capabilities: CapabilityDirectory
    let tables: VersionTables

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/dataset/datasets/{dataset}/versions/{version}/rows", use: list)
        router.get("/v1/dataset/datasets/{dataset}/versions/{version}/statistics", use: statistics)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<DatasetRow>> {
        let page = try request.page(context: context)
        let (dataset, version) = try await datasets.version(context, versions)
        let manifest = capabilities.manifest(of: dataset.record)
        var filter = RowFilter(isLabeled: try request.queryFlag("labeled"), after: page.after?.first, limit: page.limit + 1)
        if let text = try request.query("split") {
            guard let split = Split(rawValue: text) else { throw FieldFault("split", expected: "train, validation or test") }
            filter.splits = [split]
        }
        if let name = try request.query("slice") {
            guard let slice = try SliceSet(manifest?.slices)[name] else {
                throw FieldFault("slice", expected: "the name of a slice of the capability")
            }
            filter.predicate = slice.where
        }
        let table = try await tables.open(version, interface: manifest?.interface)
        return Reply(page.page(try await table.rows(filter).map(\.row)) { [$0.id] })
    }

    @Sendable
    func statistics(_ request: Request, _ context: ServiceContext) async throws -> Reply<[String: JSONValue]> {
        let (dataset, version) = try await datasets.version(context, versions)
        let manifest = capabilities.manifest(of: dataset.record)
        let table = try await tables.open(version, interface: manifest?.interface)
        let counts = VersionCounts(table: table, interface: manifest?.interface)
        return .ok(try await VersionStatistics(counts: counts, slices: try SliceSet(manifest?.slices)).document())
    }
}

extension DatasetStore {
    /// The dataset and the version that a path names, by number or as `latest`.
    func version(_ context: ServiceContext, _ versions: VersionStore) async throws -> (dataset: Dataset, version: DatasetVersion) {
        let dataset = try await find(try context.name("dataset"))
        let reference = try context.parameter("version")
        let name = dataset.record.name
        let number = reference == "latest" ? dataset.record.latestVersion : Int(reference)
        guard let number, number > 0, number <= Int(Int32.max) else {
            throw Problem(.datasetVersionUnknown, "Dataset \(name) has no version \(reference).")
        }
        return (dataset, try await versions.find(name, number))
    }
}
