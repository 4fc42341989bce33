import BlobStore
import Contracts
import Foundation
import Postgres
import Tables

/// Makes versions. Blobs are written first and the row that names them last: what is killed in between leaves blobs that nobody names.
struct VersionCommit: Sendable {
    /// Commits that may come first before this one gives up.
    private static let mostAttempts = 10

    let datasets: DatasetStore
    let versions: VersionStore
    let tables: VersionTables
    let blobs: DirectoryBlobStore
    let scratch: URL

    /// The new version, or the newest one when the request changes nothing.
    func commit(
        _ name: String, _ request: VersionRequest, remember: @escaping @Sendable (DatasetVersion, Connection) async throws -> Void
    ) async throws -> (version: DatasetVersion, created: Bool) {
        for _ in 0..<Self.mostAttempts {
            let dataset = try await datasets.find(name)
            var parent: DatasetVersion?
            if let latest = dataset.record.latestVersion { parent = try await versions.find(name, latest) }
            if let base = request.base { try await check(base, of: name, against: parent, request) }
            let folder = scratch.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            guard let version = try await draft(dataset, on: parent, request, folder) else {
                guard let parent else { throw Problem(.unprocessable, "There is nothing to commit: the request has no row.") }
                return (parent, false)
            }
            if try await versions.commit(version, remember: remember) { return (version, true) }
        }
        throw Problem(.conflict, "Others committed to \(name) all the time.", retryAfter: 1)
    }

    /// A base that is not the newest is taken when nothing that the request names has changed since.
    private func check(_ base: Int, of name: String, against parent: DatasetVersion?, _ request: VersionRequest) async throws {
        if base == parent?.number ?? 0 { return }
        guard let parent, base < parent.number, base > 0 else {
            throw FieldFault("base", expected: "the number of a version, at most \(parent?.number ?? 0)")
        }
        let interface = request.manifest?.interface
        let then = try await tables.open(try await versions.find(name, base), interface: interface).index()
        let now = try await tables.open(parent, interface: interface).index()
        let known = Dictionary(zip(then.ids, then.digests)) { first, _ in first }
        let changed = Set(zip(now.ids, now.digests).filter { known[$0] != $1 }.map(\.0))
        guard let clash = request.ids.first(where: changed.contains) else { return }
        throw Problem(
            .conflict,
            "Version \(parent.number) came after version \(base) and changed the row “\(clash)” too: read it, and commit on top of it.")
    }

    /// The version that the request makes of its parent, with its blobs stored; nil when nothing changes.
    private func draft(
        _ dataset: Dataset, on parent: DatasetVersion?, _ request: VersionRequest, _ folder: URL
    ) async throws -> DatasetVersion? {
        let interface = request.manifest?.interface
        let files = try await tables.files(parent)
        let table = try await tables.open(files, interface: interface)
        let (index, present) = (try await table.index(), try await table.rows(RowFilter(ids: request.ids)))
        let draft = try await Background.run {
            try VersionDraft(
                index: index, present: present, rows: request.rows, labels: request.labels,
                assignment: try SplitAssignment(salt: dataset.splitSalt, shares: request.manifest?.data.split))
        }
        if draft.changed.isEmpty { return nil }
        let delta = folder.appending(path: "delta.parquet")
        try await SegmentLayout(interface).write(draft.changed, to: delta, with: tables.engine)

        var grown = try await tables.open(files + [delta], interface: interface)
        let written = (parent?.segments.reduce(0) { $0 + $1.rows } ?? 0) + draft.changed.count
        let isWhole = Compaction.isDue(segments: files.count + 1, writtenRows: written, rows: draft.digests.count)
        var addition = (file: delta, rows: draft.changed.count)
        if isWhole {
            addition = (folder.appending(path: "whole.parquet"), draft.digests.count)
            try await grown.write(to: addition.file)
            grown = try await tables.open([addition.file], interface: interface)
        }
        let figures = try await VersionCounts(table: grown, interface: interface).figures()
        guard figures.rows == draft.digests.count else { throw TableError(.content, "the segments hold other rows than the version") }
        let own = try await segment(addition.file, rows: addition.rows, ordinal: isWhole ? 1 : files.count + 1)
        return try await described(dataset, on: parent, request, draft, figures, own: own, isWhole: isWhole)
    }

    private func segment(_ file: URL, rows: Int, ordinal: Int) async throws -> DatasetSegment {
        let blob = try await blobs.put(file: file)
        return DatasetSegment(ordinal: ordinal, blob: blob, rows: rows, bytes: try await blobs.size(blob))
    }

    private func described(
        _ dataset: Dataset, on parent: DatasetVersion?, _ request: VersionRequest, _ draft: VersionDraft, _ figures: VersionFigures,
        own: DatasetSegment, isWhole: Bool
    ) async throws -> DatasetVersion {
        let name = dataset.record.name
        let number = (parent?.number ?? 0) + 1
        let now = Date.now.wholeMilliseconds
        let id = DatasetVersionID.root(dataset: name, rows: draft.digests)
        let manifest = DatasetVersionManifest(
            dataset: name, number: number, id: id, base: isWhole ? nil : parent?.manifest, segments: [own], splitSalt: dataset.splitSalt,
            createdAt: now)
        let blob = try await blobs.put(Array(try WireJSON.encode(manifest)))
        return DatasetVersion(
            dataset: name, number: number, id: id, manifest: blob, parent: parent?.number, message: request.message, createdAt: now,
            createdBy: request.author, splits: figures.splits, segments: (isWhole ? [] : parent?.segments ?? []) + [own],
            checks: VersionChecks.checks(figures, choices: request.manifest?.labeling?.choices))
    }
}
