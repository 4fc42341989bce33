import Contracts
import Metrics

/// What operators see of batch jobs. Predictions of batch jobs are in their output, and not in the prediction log: nobody gives feedback on
/// them by a request's id.
struct BatchMetrics: Sendable {
    /// A shard is done.
    func note(_ capability: String, rows: Int, refused: Int, took time: Duration) {
        let model = [("model", capability)]
        Counter(label: "mesh_inference_batch_rows", dimensions: model).increment(by: rows)
        Counter(label: "mesh_inference_batch_rows_refused", dimensions: model).increment(by: refused)
        Metrics.Timer(label: "mesh_inference_batch_shard_seconds", dimensions: model).record(duration: time)
    }

    /// A job has ended.
    func ended(_ state: BatchJob.State) {
        Counter(label: "mesh_inference_batch_jobs", dimensions: [("state", state.rawValue)]).increment()
    }
}
