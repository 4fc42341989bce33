import Foundation
import OnnxRuntime
import Tensors

/// The engine alone on rows in memory: one caller for each core, each takes the next chunk.
struct EngineRows: Sendable {
    let session: Session
    let rows: RowFile

    /// Less time than this is not measured: small models go over their rows again.
    private static let leastSeconds = 0.5

    /// Numbers of rows in a run that are tried; one of them is a single row.
    var sizes: [Int] { rows.model.isHeavy ? [1, 2, 4, 8] : [1, 64, 256, 1_024, 4_096] }

    /// Rows a second with so many rows in a run. All rows are run, but for the runs of one row of a small model.
    func rate(chunk size: Int) async throws -> Double {
        let chunks = rows.chunks(of: size, atMost: size == 1 && !rows.model.isHeavy ? 100_000 : .max)
        let clock = ContinuousClock()
        let start = clock.now
        var (count, seconds) = (0, 0.0)
        while seconds < Self.leastSeconds {
            try await run(chunks)
            count += chunks.reduce(0) { $0 + $1.rows }
            seconds = (clock.now - start) / .seconds(1)
        }
        return Double(count) / seconds
    }

    private func run(_ chunks: [Tensor]) async throws {
        let session = session
        let cursor = ChunkCursor()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<EngineSide.cores {
                group.addTask {
                    while case let index = cursor.take(), index < chunks.count {
                        _ = try session.run([chunks[index]])
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
