/// How the rows of a job are cut: into shards, which workers claim, and those into chunks, each one run of the model.
///
/// Sizes depend on the model and its rows alone, never on how busy a machine is at the moment: the same job gives the same bytes again.
struct BatchPlan: Sendable, Hashable {
    /// Rows of one run of the model.
    let chunkRows: Int
    /// Rows of a shard, a multiple of the chunk's.
    let shardRows: Int

    /// A run is to last about so long: the online lane waits for one at most.
    static let chunkSeconds = 0.004
    /// Bytes of one run's inputs.
    static let chunkBytes = 4 << 20
    /// A chunk of the table engine's.
    static let mostChunkRows = 2048
    /// Rows of a shard are in memory at once, with those that were read ahead.
    static let shardBytes = 32 << 20
    /// What a worker that is killed loses at most, on one thread.
    static let shardSeconds = 10.0
    static let mostShardRows = 65_536

    /// - Parameters:
    ///   - secondsPerRow: measured once for a model.
    ///   - bytesPerRow: of the inputs.
    ///   - most: most rows of a shard.
    init(secondsPerRow: Double, bytesPerRow: Int, most: Int = mostShardRows) {
        let seconds = max(secondsPerRow, 1e-9)
        let bytes = max(1, bytesPerRow)
        chunkRows = Self.powerOfTwo(
            atMost: min(Int(min(Double(Self.mostChunkRows), Self.chunkSeconds / seconds)), Self.chunkBytes / bytes, max(1, most)))
        let rows = min(Int(min(Double(Self.mostShardRows), Self.shardSeconds / seconds)), Self.shardBytes / bytes, most)
        shardRows = max(1, rows / chunkRows) * chunkRows
    }

    /// How many shards so many rows make.
    func shards(of rows: Int) -> Int { (rows + shardRows - 1) / shardRows }

    private static func powerOfTwo(atMost count: Int) -> Int {
        count < 2 ? 1 : 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
    }
}
