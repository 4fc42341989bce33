import OnnxRuntime
import Scheduling
import Tensors

/// The run of one request. One that may take long is ended when nobody waits for it, and goes in pieces of rows where rows are
/// independent, so that neither its memory nor the time to its end grows with the request.
struct LoneRun {
    /// Nanoseconds of a run that nothing is worth ending.
    private static let short = 20_000_000
    /// Nanoseconds of a piece.
    private static let piece = 1_000_000_000

    let model: LoadedModel
    let inputs: [Tensor]
    let rows: Int
    let elements: Int
    /// Nil for a run that nobody may end.
    let stop: RunStop?

    func outputs() throws(EngineError) -> [Tensor] {
        let estimate = model.lane.cost.estimate(elements: elements)
        guard estimate.map({ $0 > Self.short }) ?? true else { return try run(inputs, elements: elements, stop: nil) }
        guard let estimate, estimate > Self.piece, rows > 1, model.lane.isBatchable, inputs.allSatisfy({ $0.rows == rows }) else {
            return try run(inputs, elements: elements, stop: stop)
        }
        let most = model.lane.cost.rows(within: Self.piece, elementsPerRow: elements / rows, atMost: rows)
        var parts: [[Tensor]] = []
        for first in stride(from: 0, to: rows, by: most) {
            let range = first..<min(rows, first + most)
            let part = try run(inputs.map { $0.rows(range) }, elements: elements / rows * range.count, stop: stop)
            guard part.allSatisfy({ $0.shape.first == range.count }) else {
                model.lane.refuseBatches()
                return try run(inputs, elements: elements, stop: stop)
            }
            parts.append(part)
        }
        return parts[0].indices.map { index in Tensor.joined(parts.map { $0[index] }) }
    }

    private func run(_ inputs: [Tensor], elements: Int, stop: RunStop?) throws(EngineError) -> [Tensor] {
        let start = Monotonic.now()
        let outputs =
            if let stop { try stop.run(model.session, inputs, outputs: model.lane.outputs) } else {
                try model.session.run(inputs, outputs: model.lane.outputs)
            }
        model.lane.cost.note(elements: elements, nanoseconds: Monotonic.now() - start)
        return outputs
    }
}
