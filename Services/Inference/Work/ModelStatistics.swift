import Contracts
import Foundation
import Metrics
import Synchronization

/// Counts of one version on this instance. A request costs one lock.
final class ModelStatistics: Sendable {
    let model: String
    let version: String
    private let present = Mutex(ServingCounts())
    private let engineTime: Metrics.Timer
    private let waitTime: Metrics.Timer
    private let runRows: Recorder
    private let batchTime: Metrics.Timer
    private let batchRows: Recorder

    init(model: String, version: String) {
        self.model = model
        self.version = version
        let labels = [("model", model), ("version", version)]
        let (online, batch) = (labels + [("lane", "online")], labels + [("lane", "batch")])
        engineTime = Metrics.Timer(label: "mesh_inference_engine", dimensions: online)
        waitTime = Metrics.Timer(label: "mesh_inference_queue", dimensions: labels)
        runRows = Recorder(label: "mesh_inference_run_rows", dimensions: online)
        batchTime = Metrics.Timer(label: "mesh_inference_engine", dimensions: batch)
        batchRows = Recorder(label: "mesh_inference_run_rows", dimensions: batch)
    }

    var counts: ServingCounts { present.withLock { $0 } }

    /// Changes the counts.
    @inline(__always)
    func note(_ change: (inout ServingCounts) -> Void) { present.withLock { change(&$0) } }

    /// Counts a run of the online lane that answers one request.
    func ran(rows: Int, total: Int, waited: Int, _ times: ComputeTimes, bytesIn: Int, bytesOut: Int, at time: Date, isOwnRun: Bool) {
        present.withLock { counts in
            if isOwnRun { counts.ran(rows: rows, times) }
            counts.answered(total: total, waited: waited, times)
            counts.lastInference = time
            counts.bytesIn += bytesIn
            counts.bytesOut += bytesOut
        }
        waitTime.recordNanoseconds(Int64(waited))
        if isOwnRun { observe(rows: rows, times) }
    }

    /// Shows a run in the histograms.
    func observe(rows: Int, _ times: ComputeTimes) {
        engineTime.recordNanoseconds(Int64(times.infer))
        runRows.record(Int64(rows))
    }

    /// Counts a run of the batch lane.
    func ranBatch(rows: Int, nanoseconds: Int) {
        present.withLock { counts in
            counts.batchLane.note(nanoseconds)
            counts.batchLaneRows += rows
        }
        batchTime.recordNanoseconds(Int64(nanoseconds))
        batchRows.record(Int64(rows))
    }

    /// Counts a request that failed or was refused; `total` is nanoseconds.
    func failed(_ reason: String, total: Int) {
        present.withLock { counts in
            counts.fail.note(total)
            counts.refusals[reason, default: 0] += 1
        }
    }
}
