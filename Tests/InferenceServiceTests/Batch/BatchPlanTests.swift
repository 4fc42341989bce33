import Contracts
import Foundation
import HTTPService
import Testing

@testable import InferenceService

@Suite("How batch jobs are cut, and how far they are")
struct BatchPlanTests {
    @Test(
        "chunks last about 4 ms and are powers of two; shards are whole chunks, bounded in bytes and time",
        arguments: [
            (1e-6, 256, 2048, 65_536), (1e-4, 3_072, 32, 10_912), (0.015, 602_112, 1, 55), (1.0, 4, 1, 10), (1e-9, 1 << 26, 1, 1),
        ])
    func sizes(_ seconds: Double, _ bytes: Int, _ chunk: Int, _ shard: Int) {
        let plan = BatchPlan(secondsPerRow: seconds, bytesPerRow: bytes)
        #expect(plan.chunkRows == chunk && plan.shardRows == shard)
        #expect(plan.shardRows.isMultiple(of: plan.chunkRows))
    }

    @Test("shards cover all rows once")
    func cover() {
        let plan = BatchPlan(secondsPerRow: 1e-6, bytesPerRow: 16, most: 100)
        #expect(plan.shardRows == 64)
        #expect([1, 64, 65, 1000].map(plan.shards) == [1, 1, 2, 16])
    }

    @Test("the rate is over the time of work, and says how long the rest takes")
    func progress() {
        let begun = Date(timeIntervalSince1970: 1_000)
        let half = BatchProgress(rows: 1000, done: 250, begun: begun, last: begun + 5)
        #expect(half.rowsPerSecond == 50 && half.secondsLeft == 15)
        let whole = BatchProgress(rows: 1000, done: 1000, begun: begun, last: begun + 5)
        #expect(whole.rowsPerSecond == 200 && whole.secondsLeft == nil)
        #expect(BatchProgress(rows: 1000, done: 0, begun: begun, last: nil).rowsPerSecond == nil)
        #expect(BatchProgress(rows: nil, done: 0, begun: nil, last: nil).secondsLeft == nil)
    }

    @Test(
        "ranges of a file",
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=5-", 5..<10), ("bytes=-3", 7..<10), ("bytes=-30", 0..<10), ("bytes=8-100", 8..<10),
            ("bytes=10-", 0..<0), ("bytes=-0", 0..<0), ("bytes=5-4", nil), ("bytes=-", nil), ("bytes=0-1,3-4", nil), ("rows=0-1", nil),
        ] as [(String, Range<Int>?)])
    func ranges(_ header: String, _ expected: Range<Int>?) {
        #expect(FileAnswer.range(header, 10) == expected)
    }
}
