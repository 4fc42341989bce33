import Observability
import Synchronization

/// The counts of all versions that were ever in memory here; they outlive an unload.
final class StatisticsTable: Sendable {
    private struct Key: Hashable {
        let model: String
        let version: String
    }

    private let table = Mutex<[Key: ModelStatistics]>([:])

    /// The counts of a version.
    func statistics(_ model: String, _ version: String) -> ModelStatistics {
        table.withLock { table in
            let key = Key(model: model, version: version)
            if let present = table[key] { return present }
            let made = ModelStatistics(model: model, version: version)
            table[key] = made
            return made
        }
    }

    var all: [ModelStatistics] {
        table.withLock { Array($0.values) }.sorted { ($0.model, $0.version) < ($1.model, $1.version) }
    }

    /// What Prometheus reads, of both lanes.
    var samples: [MetricSample] { all.flatMap(Self.samples) }

    private static func samples(_ statistics: ModelStatistics) -> [MetricSample] {
        let counts = statistics.counts
        let labels = [("model", statistics.model), ("version", statistics.version)]
        func counter(_ name: String, _ value: Int, _ more: [(String, String)] = []) -> MetricSample {
            MetricSample("mesh_inference_\(name)_total", .counter, labels: labels + more, value: Double(value))
        }
        func seconds(_ part: String, _ time: CountedTime) -> MetricSample {
            MetricSample(
                "mesh_inference_seconds_total", .counter, labels: labels + [("part", part)], value: Double(time.nanoseconds) / 1e9)
        }
        return [
            counter("requests", counts.success.count, [("outcome", "answered")]),
            counter("requests", counts.fail.count, [("outcome", "failed")]),
            counter("rows", counts.inferenceCount, [("lane", "online")]), counter("rows", counts.batchLaneRows, [("lane", "batch")]),
            counter("runs", counts.executionCount, [("lane", "online")]), counter("runs", counts.batchLane.count, [("lane", "batch")]),
            counter("bytes", counts.bytesIn, [("direction", "in")]), counter("bytes", counts.bytesOut, [("direction", "out")]),
            counter("cached", counts.cacheHit.count, [("outcome", "hit")]),
            counter("cached", counts.cacheMiss.count, [("outcome", "miss")]),
            seconds("queue", counts.queue), seconds("input", counts.computeInput), seconds("infer", counts.computeInfer),
            seconds("output", counts.computeOutput), seconds("batch", counts.batchLane),
        ] + counts.refusals.map { counter("refusals", $0.value, [("reason", $0.key)]) }
    }
}
