import Contracts
import OnnxRuntime
import Tensors

extension Scheduler {
    /// Runs rows in the online lane and waits. Throws `overloaded`, ``EngineError``.
    func runOnline(_ model: LoadedModel, _ inputs: [Tensor]) async throws -> [Tensor] {
        let outcome: EngineOutcome = try await withCheckedThrowingContinuation { continuation in
            let job = EngineJob(
                model: model, rows: inputs.first?.rows ?? 0, elements: inputs.reduce(0) { $0 + $1.count },
                work: .run(inputs) { continuation.resume(with: $0) })
            do throws(Problem) {
                _ = try submit(job, shape: model.lane.shape(of: inputs))
            } catch { continuation.resume(throwing: error) }
        }
        return outcome.outputs
    }
}
