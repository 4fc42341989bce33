import Contracts
import Foundation
import OnnxRuntime
import Scheduling
import Tensors

extension Scheduler {
    /// Runs rows in the online lane and waits; counted as a request is. Throws `overloaded`, ``EngineError``.
    func runOnline(_ model: LoadedModel, _ inputs: [Tensor]) async throws -> [Tensor] {
        let start = Monotonic.now()
        let rows = inputs.first?.rows ?? 0
        let statistics = model.lane.statistics
        do {
            let outcome = try await outcome(model, inputs, rows: rows)
            statistics.ran(
                rows: rows, total: Monotonic.now() - start, waited: outcome.waited, outcome.times, bytesIn: 0, bytesOut: 0, at: .now,
                isOwnRun: outcome.isOwnRun)
            return outcome.outputs
        } catch {
            statistics.failed(InferenceFailure(error).reason, total: Monotonic.now() - start)
            throw error
        }
    }

    /// A caller that goes takes its rows out of the queue.
    private func outcome(_ model: LoadedModel, _ inputs: [Tensor], rows: Int) async throws -> EngineOutcome {
        let stop = RunStop()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let job = EngineJob(
                    model: model, rows: rows, elements: inputs.reduce(0) { $0 + $1.count },
                    work: .run(inputs) { continuation.resume(with: $0) }, stop: stop)
                do throws(Problem) {
                    _ = try submit(job, shape: model.lane.shape(of: inputs))
                } catch { continuation.resume(throwing: error) }
            }
        } onCancel: {
            stop.stop()
        }
    }
}
