import Foundation
import OnnxRuntime
import Tensors

/// The engine alone on rows in memory: one caller for each core, each takes the next chunk.
struct EngineRows: Sendable {
    let session: Session

    /// Rows a second.
    func rate(_ chunks: [Tensor]) async throws -> Double {
        let session = session
        let cursor = ChunkCursor()
        let clock = ContinuousClock()
        let start = clock.now
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
        return Double(chunks.reduce(0) { $0 + $1.rows }) / ((clock.now - start) / .seconds(1))
    }

    /// The number of rows in a run at which the engine is fastest.
    func bestChunk(_ rows: RowFile) async throws -> Int {
        let candidates = rows.model.isHeavy ? [1, 2, 4, 8] : [64, 256, 1_024, 4_096]
        var best = (size: candidates[0], rate: 0.0)
        for size in candidates {
            let rate = try await rate(rows.chunks(of: size, atMost: rows.model.isHeavy ? 256 : 500_000))
            if rate > best.rate { best = (size, rate) }
        }
        return best.size
    }
}
