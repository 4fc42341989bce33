import Contracts
import Tables
import Tensors

/// How long a row of a model takes among others, measured by the first rows of an input.
struct BatchPace: Sendable {
    /// Rows by which it is measured.
    private static let rows = 256
    /// Runs of which the shortest counts.
    private static let trials = 5

    let tables: TableEngine
    let engine: BatchEngine

    /// Seconds; nil when none of the rows can be run.
    func measured(_ target: BatchTarget, _ source: BatchPipeline.Source, bytesPerRow: Int) async throws -> Double? {
        let rows = min(source.rows, max(1, min(Self.rows, BatchPlan.chunkBytes / max(1, bytesPerRow))))
        let found = try await RowSource.open(tables, file: source.file, format: .parquet)
        let fields = try BatchPipeline.fields(target.interface)
        let projection = try RowProjection(found.columns, fields: fields, reserved: target.reserved)
        let hold = try await engine.hold(target.capability, target.version)
        defer { hold.release() }
        var feed = tables.feed(projection, of: found, 0..<rows, rows: rows)
        while let slice = try await feed.next() {
            guard let batch = slice.batches.max(by: { $0.rows < $1.rows }) else { continue }
            return try await seconds(hold, batch, target.outputs.map(\.name))
        }
        return nil
    }

    /// Seconds that one more row takes: what a run costs whatever its rows is taken off.
    private func seconds(_ hold: BatchEngine.Hold, _ batch: RowSlice.Batch, _ outputs: [String]) async throws -> Double {
        func shortest(_ inputs: [Tensor]) async throws -> Double {
            var best = Double.infinity
            for _ in 0..<Self.trials {
                let start = ContinuousClock.now
                _ = try await hold.run(inputs, outputs)
                best = min(best, start.duration(to: .now).inSeconds)
            }
            return best
        }
        let all = try await shortest(batch.inputs)
        guard batch.rows > 1 else { return all }
        let one = try await shortest(batch.inputs.map { $0.rows(0..<1) })
        return max(0, all - one) / Double(batch.rows - 1)
    }
}
