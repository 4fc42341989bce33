import BlobStore
import Contracts
import EventLog
import Foundation
import Postgres
import Settings
import Tables
import TestSupport
import Testing

@testable import DatasetService

/// Stores and the commit's work without HTTP between.
struct CommitKit: Sendable {
    let commit: VersionCommit
    let versions: VersionStore
    let datasets: DatasetStore
    let blobs: DirectoryBlobStore
    let manifest: CapabilityManifest

    static func with<T: Sendable>(_ body: @Sendable @escaping (CommitKit) async throws -> T) async throws -> T {
        try await withMesh { mesh in
            try await mesh.database.migrate([Migration("v0001_dataset", PackageResources.v0001_dataset_sql)])
            let library = LibraryPath.find(
                "libduckdb.so", variable: "MESH_DUCKDB", environment: ProcessInfo.processInfo.environment, from: Checkout.root)
            let blobs = try DirectoryBlobStore(root: mesh.blobs)
            let scratch = mesh.folder.appending(path: "scratch")
            let engine = try TableEngine(libraryPath: library ?? "", folders: [mesh.blobs], scratch: scratch)
            let datasets = DatasetStore(database: mesh.database)
            let versions = VersionStore(database: mesh.database, log: EventLog())
            let commit = VersionCommit(
                datasets: datasets, versions: versions, tables: VersionTables(engine: engine, blobs: blobs), blobs: blobs, scratch: scratch)
            _ = try await datasets.create(NewDataset(name: "shapes", team: "documents")) { _, _ in }
            return try await body(
                CommitKit(commit: commit, versions: versions, datasets: datasets, blobs: blobs, manifest: try Fixtures.capability()))
        }
    }

    func request(_ rows: [RowInput], labels: [LabelInput] = []) throws -> VersionRequest {
        let checked = try RowRules(manifest).checked(rows.map { ($0, "") })
        return VersionRequest(base: nil, message: "test", rows: checked, labels: labels, manifest: manifest, author: "key:1")
    }

    @discardableResult
    func run(_ rows: [RowInput], labels: [LabelInput] = []) async throws -> DatasetVersion {
        try await commit.commit("shapes", try request(rows, labels: labels)) { _, _ in }.version
    }
}

@Suite("Commits side by side", .serialized)
struct CommitTests {
    private struct Killed: Error {}

    @Test("commits at the same time are all kept, each as a version of its own")
    func concurrent() async throws {
        try await CommitKit.with { kit in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<6 { group.addTask { try await kit.run(Fixtures.rows(task * 10..<task * 10 + 10)) } }
                try await group.waitForAll()
            }
            let last = try await kit.versions.find("shapes", 6)

            #expect(last.splits.values.reduce(0) { $0 + $1.rows } == 60)
            #expect(try await kit.datasets.find("shapes").record.latestVersion == 6)
            #expect(try await kit.versions.list("shapes", below: 100, limit: 100).map(\.number) == [6, 5, 4, 3, 2, 1])
        }
    }

    @Test("a version whose parent is not the newest any more is not committed")
    func stale() async throws {
        try await CommitKit.with { kit in
            let first = try await kit.run(Fixtures.rows(0..<2))
            try await kit.run(Fixtures.rows(2..<4))
            var stale = first
            stale.number = 2
            stale.parent = 1

            #expect(try await kit.versions.commit(stale) { _, _ in } == false)
            #expect(try await kit.versions.find("shapes", 2).splits.values.reduce(0) { $0 + $1.rows } == 4)
        }
    }

    @Test("a commit that dies after its blobs and before its row leaves nothing that anybody sees, and can be made again")
    func killed() async throws {
        try await CommitKit.with { kit in
            let request = try kit.request(Fixtures.rows(0..<3))
            let caught = Recorder<DatasetVersion?>(nil)
            await #expect(throws: Killed.self) {
                _ = try await kit.commit.commit("shapes", request) { version, _ in
                    caught.change { $0 = version }
                    throw Killed()
                }
            }
            let orphan = try #require(caught.value)

            #expect(try await kit.blobs.contains(orphan.segments[0].blob))
            #expect(try await kit.datasets.find("shapes").record.latestVersion == nil)
            let again = try await kit.run(Fixtures.rows(0..<3))
            #expect(again.number == 1)
            #expect(again.splits == orphan.splits)
        }
    }

    @Test("duplicates that were let in by older rules are a failed leakage check")
    func leakage() async throws {
        var figures = VersionFigures()
        figures.splits = ["train": SplitCounts(rows: 5, labeled: 5), "test": SplitCounts(rows: 2, labeled: 0)]
        figures.leaked = (contents: 2, examples: ["a", "b"])
        figures.inputs = [.init(name: "pixels", missing: 0, misshapen: 1, outOfRange: 3)]
        figures.labels = ["train": ["0": 40, "1": 2]]
        figures.cells = ["source": ["train": ["a": 500, "b": 1], "test": ["a": 60, "b": 60]]]

        let checks = VersionChecks.checks(figures, choices: [0, 1])

        #expect(checks.first { $0.name == "leakage" }?.verdict == .fail)
        #expect(checks.first { $0.name == "leakage" }?.message.contains("a, b") == true)
        #expect(checks.first { $0.name == "schema" }?.verdict == .fail)
        #expect(checks.first { $0.name == "labels" }?.verdict == .warn)
        #expect(checks.first { $0.name == "balance" }?.verdict == .warn)
        #expect(checks.first { $0.name == "representation" }?.verdict == .warn)
        #expect(checks.first { $0.name == "representation" }?.message.contains("source b has 1") == true)
    }

    @Test("1,800 rows and a commit of labels take well under a second")
    func speed() async throws {
        try await CommitKit.with { kit in
            let clock = ContinuousClock()
            let rows = (0..<1_800).map { number in
                RowInput(id: "row-\(number)", input: ["pixels": [.number(Double(number) / 1_000), 1]], context: ["source": "a"])
            }
            try await kit.run(rows)
            let labels = (0..<1_800).map { LabelInput(rowId: "row-\($0)", label: .integer(Int64($0 % 3)), confidence: 0.9, annotators: 2) }
            let took = try await clock.measure { try await kit.run([], labels: labels) }

            #expect(try await kit.versions.find("shapes", 2).splits.values.reduce(0) { $0 + $1.labeled } == 1_800)
            // Debug builds are about ten times as slow as the product; this catches what grows with the square.
            #expect(took < .seconds(5), "\(took)")
        }
    }
}
