import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Slices
import Tables

/// What is in a version: rows and statistics.
struct RowRoutes: Sendable {
    /// Most rows of a page: a reader that walks through a dataset scans its files once a page.
    private static let mostRows = 1_000
    private static let longestSeed = 64
    /// How many rows a sampled listing has in all, on its first page.
    private static let totalCount = HTTPField.Name("X-Total-Count")

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
        let page = try request.page(context: context, most: Self.mostRows)
        let (dataset, version) = try await datasets.version(context, versions)
        let manifest = capabilities.manifest(of: dataset.record)
        var filter = try rowFilter(request, manifest)
        return try await withTableLimits {
            let table = try await tables.open(version, interface: manifest?.interface)
            var headers: HTTPFields = [:]
            if let name = Self.totalCount, filter.sample != nil, page.after == nil { headers[name] = String(try await table.count(filter)) }
            (filter.after, filter.limit) = (page.after?.first, page.limit + 1)
            return Reply(headers: headers, page.page(try await table.rows(filter).map(\.row)) { [$0.id] })
        }
    }

    /// What the query says of the rows that are meant.
    private func rowFilter(_ request: Request, _ manifest: CapabilityManifest?) throws -> RowFilter {
        var filter = RowFilter(isLabeled: try request.queryFlag("labeled"), sample: try request.query("sample"))
        if let seed = filter.sample, !(1...Self.longestSeed).contains(seed.utf8.count) {
            throw FieldFault("sample", expected: "a text of 1 to \(Self.longestSeed) bytes")
        }
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
        return filter
    }

    @Sendable
    func statistics(_ request: Request, _ context: ServiceContext) async throws -> Reply<[String: JSONValue]> {
        let (dataset, version) = try await datasets.version(context, versions)
        let manifest = capabilities.manifest(of: dataset.record)
        return try await withTableLimits {
            let table = try await tables.open(version, interface: manifest?.interface)
            let counts = VersionCounts(table: table, interface: manifest?.interface)
            return .ok(try await VersionStatistics(counts: counts, slices: try SliceSet(manifest?.slices)).document())
        }
    }
}

extension DatasetStore {
    /// The dataset that a path names, for a caller that may read what is in it: its team, an administrator, or a service.
    func readable(_ context: ServiceContext) async throws -> Dataset {
        let dataset = try await find(try context.name("dataset"))
        try context.identity.requireOwnership(of: dataset.record.team, orService: true)
        return dataset
    }

    /// The dataset and the version that a path names, by number or as `latest`.
    func version(_ context: ServiceContext, _ versions: VersionStore) async throws -> (dataset: Dataset, version: DatasetVersion) {
        let dataset = try await readable(context)
        let reference = try context.parameter("version")
        let name = dataset.record.name
        let number = reference == "latest" ? dataset.record.latestVersion : Int(reference)
        guard let number, number > 0, number <= Int(Int32.max) else {
            throw Problem(.datasetVersionUnknown, "Dataset \(name) has no version \(reference).")
        }
        return (dataset, try await versions.find(name, number))
    }
}
