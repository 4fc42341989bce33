import Contracts
import OnnxRuntime
import Tables
import Tensors

/// Runs rows through a model: reading them ahead, several chunks at once, results in order.
struct BatchRun: Sendable {
    let outputs: [OutputField]
    let model: BatchEngine.Hold
    /// Chunks under way at once: one a core, and one that waits.
    let inFlight: Int
    let tally: BatchTally

    /// The outputs that are kept, as columns.
    static func columns(_ outputs: [Interface.Field]) throws(BatchFailure) -> [OutputField] {
        var columns: [OutputField] = []
        for output in outputs {
            guard let datatype = Datatype(rawValue: output.datatype) else {
                throw BatchFailure("Output \(output.name) has the datatype \(output.datatype), which no column holds.")
            }
            columns.append(OutputField(name: output.name, datatype: datatype, isList: output.elementsPerRow != 1))
        }
        return columns
    }

    /// Throws ``TableError``, ``EngineError``, ``BatchFailure``.
    func predictions(of rows: RowFeed) async throws -> [PredictedSlice] {
        var feed = rows
        return try await withThrowingTaskGroup(of: (Int, PredictedSlice).self) { group in
            var results: [Int: PredictedSlice] = [:]
            var count = 0
            while let slice = try await feed.next() {
                if count - results.count >= inFlight, let (index, result) = try await group.next() { results[index] = result }
                let index = count
                group.addTask { (index, try await predicted(slice)) }
                count += 1
            }
            for try await (index, result) in group { results[index] = result }
            return (0..<count).compactMap { results[$0] }
        }
    }

    private func predicted(_ slice: RowSlice) async throws -> PredictedSlice {
        var batches: [PredictedSlice.Batch] = []
        for batch in slice.batches {
            let tensors = try await model.run(batch.inputs, outputs.map(\.name))
            for (tensor, output) in zip(tensors, outputs) {
                guard tensor.datatype == output.datatype else {
                    throw BatchFailure(
                        "Output \(output.name) is \(tensor.datatype.rawValue) where the interface says \(output.datatype.rawValue).")
                }
                guard tensor.rows == batch.rows else {
                    throw BatchFailure("Output \(output.name) has \(tensor.rows) rows for \(batch.rows) rows of input.")
                }
            }
            batches.append(PredictedSlice.Batch(places: batch.places, outputs: tensors))
        }
        tally.add(slice.count)
        return PredictedSlice(first: slice.first, count: slice.count, batches: batches, faults: slice.faults)
    }
}
