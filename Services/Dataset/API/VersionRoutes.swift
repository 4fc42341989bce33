import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore

/// Versions: commit rows and labels, import files, read.
struct VersionRoutes: Sendable {
    static let longestMessage = 1_000

    let datasets: DatasetStore
    let versions: VersionStore
    let capabilities: CapabilityDirectory
    let commit: VersionCommit

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/dataset/datasets/{dataset}/versions", use: list)
        router.post("/v1/dataset/datasets/{dataset}/versions", use: create)
        router.post("/v1/dataset/datasets/{dataset}/imports", use: importFile)
        router.get("/v1/dataset/datasets/{dataset}/versions/{version}", use: find)
        router.get("/v1/dataset/datasets/{dataset}/versions/{version}/checks", use: checks)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<DatasetVersion>> {
        let record = try await datasets.readable(context).record
        let page = try request.page(context: context)
        let below = page.after?.first.flatMap { Int($0) } ?? Int(Int32.max)
        return Reply(page.page(try await versions.list(record.name, below: below, limit: page.limit + 1)) { [String($0.number)] })
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<DatasetVersion> {
        let record = try await owned(context)
        try request.requireType(["application/json"])
        let body = [UInt8](try await request.bytes(context: context).readableBytesView)
        let asked = try await Background.run { try RowJSON.version(body) }
        guard asked.rows?.isEmpty == false || asked.labels?.isEmpty == false else {
            throw Problem(.invalidField, errors: [FieldFault("rows", expected: "rows or labels; a version has to change something")])
        }
        let rows = (asked.rows ?? []).enumerated().map { (row: $1, place: "rows[\($0)].") }
        return try await commit(record, rows: rows, labels: asked.labels ?? [], base: asked.base, message: asked.message, context)
    }

    @Sendable
    func importFile(_ request: Request, _ context: ServiceContext) async throws -> Reply<DatasetVersion> {
        let record = try await owned(context)
        let type = try request.requireType(ImportFile.types)
        let rules = RowRules(try await capabilities.rules(of: record))
        let options = try request.importOptions()
        let message = try request.query("message") ?? "Import of a file"
        let body = [UInt8](try await request.bytes(context: context).readableBytesView)
        let rows = try await Background.run { try ImportFile.rows(body, type: type, options, rules) }
        guard !rows.isEmpty else { throw Problem(.malformed, "The file has no row.") }
        return try await commit(record, rows: rows, labels: [], base: nil, message: message, context)
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<DatasetVersion> {
        .ok(try await datasets.version(context, versions).version)
    }

    @Sendable
    func checks(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<DatasetCheck>> {
        .ok(Page(items: try await datasets.version(context, versions).version.checks))
    }

    private func owned(_ context: ServiceContext) async throws -> DatasetRecord {
        let record = try await datasets.find(try context.name("dataset")).record
        try context.identity.requireOwnership(of: record.team, orService: true)
        return record
    }

    private func commit(
        _ record: DatasetRecord, rows: [(row: RowInput, place: String)], labels: [LabelInput], base: Int?, message: String,
        _ context: ServiceContext
    ) async throws -> Reply<DatasetVersion> {
        guard (1...Self.longestMessage).contains(message.utf8.count) else {
            throw FieldFault("message", expected: "1 to \(Self.longestMessage) bytes")
        }
        let manifest = try await capabilities.rules(of: record)
        let rules = RowRules(manifest)
        let checked = try await Background.run {
            try rules.check(labels)
            return try rules.checked(rows)
        }
        let caller = try context.identity
        let asked = VersionRequest(
            base: base, message: message, rows: checked, labels: labels, manifest: manifest,
            author: caller.actor ?? caller.subject)
        let made = try await withTableLimits {
            try await commit.commit(record.name, asked) { try await context.remember(Self.created($0), on: $1) }
        }
        return made.created ? Self.created(made.version) : .ok(made.version)
    }

    private static func created(_ version: DatasetVersion) -> Reply<DatasetVersion> {
        .created(version, location: "/v1/dataset/datasets/\(version.dataset)/versions/\(version.number)")
    }
}
