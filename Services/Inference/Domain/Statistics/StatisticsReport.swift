import Contracts
import Foundation

/// What was counted of one version, in the words of Triton's statistics extension.
struct StatisticsReport: Sendable {
    let model: String
    let version: String
    let counts: ServingCounts
    /// Bytes that the version takes, of all instances together; 0 when it is in no memory.
    var bytes = 0

    var json: JSONValue {
        [
            "name": .string(model), "version": .string(version), "last_inference": .integer(Self.milliseconds(counts.lastInference)),
            "inference_count": .integer(Int64(counts.inferenceCount)), "execution_count": .integer(Int64(counts.executionCount)),
            "inference_stats": [
                "success": Self.time(counts.success), "fail": Self.time(counts.fail), "queue": Self.time(counts.queue),
                "compute_input": Self.time(counts.computeInput), "compute_infer": Self.time(counts.computeInfer),
                "compute_output": Self.time(counts.computeOutput), "cache_hit": Self.time(counts.cacheHit),
                "cache_miss": Self.time(counts.cacheMiss),
            ],
            // Of answers in several parts, which this server does not give.
            "response_stats": [:], "batch_stats": .array(batches),
            "memory_usage": bytes > 0 ? [["type": "CPU", "id": 0, "byte_size": .integer(Int64(bytes))]] : [],
        ]
    }

    /// By size, ascending.
    private var batches: [JSONValue] {
        counts.batches.sorted { $0.key < $1.key }.map { size, times in
            [
                "batch_size": .integer(Int64(size)), "compute_input": Self.time(times.computeInput),
                "compute_infer": Self.time(times.computeInfer), "compute_output": Self.time(times.computeOutput),
            ]
        }
    }

    private static func time(_ time: CountedTime) -> JSONValue {
        ["count": .integer(Int64(time.count)), "ns": .integer(Int64(time.nanoseconds))]
    }

    /// Since 1970; 0 before the first request, as Triton says it.
    private static func milliseconds(_ date: Date?) -> Int64 {
        Int64((date?.timeIntervalSince1970 ?? 0) * 1_000)
    }
}
