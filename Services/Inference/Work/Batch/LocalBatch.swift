import Contracts
import Foundation
import Tables

/// Predicts all rows of a file in this process: the shards of ``BatchPipeline`` with no queue between.
struct LocalBatch: Sendable {
    private static let interval: Duration = .seconds(1)

    let pipeline: BatchPipeline
    let target: BatchTarget
    /// For files on their way.
    let scratch: URL
    /// Shards at once.
    let workers: Int

    /// Writes the predictions, whole or not at all, and tells now and then how far it is.
    func run(
        _ input: URL, _ format: TableFormat, to output: URL, _ outputFormat: TableFormat, tell: @escaping @Sendable (String) -> Void
    ) async throws -> BatchRefusals {
        tell("reading \(input.lastPathComponent)")
        let source = try await pipeline.source(input, format, for: target, at: scratch.appending(path: "source.parquet"))
        guard source.rows > 0 else { throw BatchFailure("The input has no row.") }
        let plan = try await pipeline.plan(target, source) { try await $0() }
        let tally = BatchTally()
        let begun = Date.now
        let ticker = Task {
            while (try? await Task.sleep(for: Self.interval)) != nil { tell(Self.progress(tally.rows, of: source.rows, since: begun)) }
        }
        defer { ticker.cancel() }
        let (parts, refused) = try await predict(source, plan, tally)
        // Beside its place, so that nobody takes a half for the whole.
        let partial = output.deletingLastPathComponent().appending(path: ".\(output.lastPathComponent).\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: partial) }
        try await pipeline.join(parts, as: outputFormat, to: partial)
        guard rename(partial.path, output.path) == 0 else { throw BatchFailure("\(output.path) cannot be written.") }
        tell(Self.progress(source.rows, of: source.rows, since: begun))
        return refused
    }

    private func predict(
        _ source: BatchPipeline.Source, _ plan: BatchPlan, _ tally: BatchTally
    ) async throws -> (parts: [URL], refused: BatchRefusals) {
        let shards = plan.shards(of: source.rows)
        let parts = (0..<shards).map { scratch.appending(path: "part-\($0).parquet") }
        let refused = try await withThrowingTaskGroup(of: (Int, BatchRefusals).self) { group in
            var all: [Int: BatchRefusals] = [:]
            for index in 0..<shards {
                if index - all.count >= max(1, workers), let (done, refused) = try await group.next() { all[done] = refused }
                let first = index * plan.shardRows
                let rows = first..<min(source.rows, first + plan.shardRows)
                group.addTask {
                    (
                        index,
                        try await pipeline.predict(rows, of: source.file, for: target, chunk: plan.chunkRows, to: parts[index], tally)
                    )
                }
            }
            for try await (done, refused) in group { all[done] = refused }
            return (0..<shards).reduce(into: BatchRefusals()) { $0.append(all[$1] ?? BatchRefusals()) }
        }
        return (parts, refused)
    }

    private static func progress(_ done: Int, of rows: Int, since begun: Date) -> String {
        let progress = BatchProgress(rows: rows, done: done, begun: begun, last: .now)
        let rate = progress.rowsPerSecond.map { ", \(Int($0)) rows/s" } ?? ""
        let left = progress.secondsLeft.map { ", \(Int($0.rounded(.up))) s left" } ?? ""
        return "\(done) of \(rows) rows\(rate)\(left)"
    }
}
