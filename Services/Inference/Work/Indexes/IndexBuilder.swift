import BlobStore
import Contracts
import Foundation
import Similarity
import Synchronization
import Tables
import Tensors

/// Builds an index: embeds every row of a dataset version in the batch lane, and keeps the embeddings in one segment file.
struct IndexBuilder: Sendable {
    let store: IndexStore
    let erasures: IndexErasures
    let garbage: IndexGarbage
    let segments: IndexSegments
    let directory: ModelDirectory
    let engine: BatchEngine
    let dataset: DatasetPeer
    let versions: VersionRows
    let tables: TableEngine
    /// A folder of this process for files on their way.
    let scratch: URL

    /// Rows that were embedded so far.
    final class Progress: Sendable {
        private let count = Atomic(0)

        var rows: Int { count.load(ordering: .relaxed) }
        func add(_ rows: Int) { count.add(rows, ordering: .relaxed) }
    }

    /// Throws ``BatchFailure`` for what another attempt would not change.
    func perform(_ build: IndexBuild, _ progress: Progress) async throws {
        guard let model = directory.published(build.capability), let served = model.version(String(build.version)) else {
            throw Problem(.notReady, "Version \(build.version) of \(build.capability) is not known yet.")
        }
        let interface = served.interface
        guard let output = interface.outputs.first(where: { $0.name == build.spec.output }), output.datatype == "FP32" else {
            throw BatchFailure("The output \(build.spec.output) of \(build.capability) is no FP32 tensor.")
        }
        let version = try await dataset.version(build.datasetVersion, of: build.spec.dataset, teams: [model.team])
        let file = scratch.appending(path: UUID().uuidString)
        let target = scratch.appending(path: UUID().uuidString)
        defer { for file in [file, target] { try? FileManager.default.removeItem(at: file) } }
        let columns = DeclaredIndex.columns(build.spec, interface)
        let rows = try await IndexRows(version, interface, columns: columns, tables, versions, file: file)
        guard rows.count > 0 else { throw BatchFailure("The dataset version has no row.") }
        let finished = try await write(rows, build, columns, to: target, progress)
        let digest = try await segments.files.put(file: target)
        let dimension = try VectorSegment(file: target, verifies: false).layout.dimension
        do {
            try await store.finish(build, segment: digest, rows: finished.rows, dimension: dimension, bytes: finished.bytes) { [segments] in
                guard try await segments.files.contains(digest) else { throw Problem(.notReady, "The file went meanwhile.") }
            }
        } catch {
            // A task of its own: the one at hand may be cancelled, and the file must not stay.
            await Task { [garbage] in try? await garbage.leave(digest) }.value
            throw error
        }
    }

    private func write(
        _ rows: IndexRows, _ build: IndexBuild, _ columns: [String], to target: URL, _ progress: Progress
    ) async throws -> VectorSegmentWriter.Finished {
        let hold = try await engine.hold(build.capability, build.version)
        defer { hold.release() }
        // Those that are erased while it builds are kept from answers, and the next build leaves them out.
        let erased = try await erasures.rows(build.name)
        var writer: VectorSegmentWriter?
        var first = 0
        while first < rows.count {
            try Task.checkCancellation()
            let step = try await rows.step(first)
            let vectors = try await embed(step, build, hold)
            for (place, vector) in vectors.enumerated() {
                guard let vector else { continue }
                let open = try writer ?? Self.writer(target, build.spec, columns, dimension: vector.count)
                writer = open
                if erased.contains(step.ids[place]) { continue }
                try open.append(id: step.ids[place], vector: vector, columns: step.values[place])
            }
            progress.add(step.ids.count)
            first += max(1, step.ids.count)
        }
        guard let writer else { throw BatchFailure("No row of the dataset version could be embedded.") }
        return try writer.finish()
    }

    private static func writer(_ file: URL, _ spec: IndexSpec, _ columns: [String], dimension: Int) throws -> VectorSegmentWriter {
        let layout = try VectorLayout(
            dimension: dimension, metric: spec.metric ?? .cosine, storage: spec.storage ?? .float32, columns: columns)
        return try VectorSegmentWriter(file: file, layout: layout)
    }

    /// The embedding of each row by place; nil for a row that cannot go through the model, or whose embedding is not finite.
    private func embed(_ step: IndexRows.Step, _ build: IndexBuild, _ hold: BatchEngine.Hold) async throws -> [[Float]?] {
        var vectors = [[Float]?](repeating: nil, count: step.ids.count)
        var start = 0
        for slice in step.slices {
            for batch in slice.batches {
                let outputs = try await hold.run(batch.inputs, [build.spec.output])
                let embedded = try Embeddings.rows(outputs, named: build.spec.output, rows: batch.rows)
                for (index, vector) in embedded.enumerated() where vector.allSatisfy(\.isFinite) {
                    vectors[start + (batch.places?[index] ?? index)] = vector
                }
            }
            start += slice.count
        }
        return vectors
    }
}
