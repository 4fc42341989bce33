import Contracts
import OnnxRuntime
import Scheduling
import Tensors

/// The first runs of a model: they warm it up, show what it costs, whether merging requests pays, and whether rows are independent.
struct EngineTrial: Sendable {
    /// Nil where no row could be made to try it with.
    let gain: BatchGain?
    /// Whether the model takes any number of rows and gives as many.
    let takesRows: Bool
    /// Input elements of one row that was tried.
    let elements: Int

    /// Runs a model that was just loaded; throws what the engine says.
    static func run(_ session: Session, _ interface: Interface) throws(EngineError) -> EngineTrial {
        let takesRows =
            session.inputs.allSatisfy { $0.shape.first == -1 } && session.outputs.allSatisfy { $0.shape.first == -1 }
            && interface.inputs.allSatisfy { $0.shape.first == -1 }
        guard let zeroes = TrialRows.tensors(interface, rows: 1, zero: true) else {
            return EngineTrial(gain: nil, takesRows: takesRows, elements: 0)
        }
        let names = interface.outputs.map(\.name)
        // The first run plans memory: it says nothing about the next ones.
        let (_, first) = try timed { () throws(EngineError) in try session.run(zeroes, outputs: names) }
        var gain = BatchGain(oneRow: first)
        if first <= 4 * BatchGain.longestRow {
            for _ in 0..<2 {
                gain.oneRow = min(gain.oneRow, try timed { () throws(EngineError) in try session.run(zeroes, outputs: names) }.time)
            }
        }
        let elements = zeroes.reduce(0) { $0 + $1.count }
        if takesRows, gain.oneRow <= BatchGain.longestRow, let rows = TrialRows.tensors(interface, rows: BatchGain.rows) {
            try measure(rows, session, names, &gain)
            // Of sequences the shortest was tried, which says nothing of what merging long ones gains.
            if interface.inputs.contains(where: { $0.elementsPerRow == nil }) { gain.manyRows = nil }
        }
        return EngineTrial(gain: gain, takesRows: takesRows && gain.isRowWise, elements: elements)
    }

    private static func measure(_ rows: [Tensor], _ session: Session, _ names: [String], _ gain: inout BatchGain) throws(EngineError) {
        _ = try session.run(rows, outputs: names)
        let (merged, time) = try timed { () throws(EngineError) in try session.run(rows, outputs: names) }
        gain.manyRows = time
        for row in [0, BatchGain.rows - 1] {
            let single = try session.run(rows.map { $0.rows(row..<row + 1) }, outputs: names)
            for (whole, part) in zip(merged, single) {
                guard whole.shape.first == BatchGain.rows, agrees(whole.rows(row..<row + 1), part) else {
                    gain.isRowWise = false
                    return
                }
            }
        }
    }

    /// Whether two tensors hold the same, numbers to float rounding.
    private static func agrees(_ one: Tensor, _ other: Tensor) -> Bool {
        guard one.shape == other.shape, let left = one.doubles, let right = other.doubles else { return one == other }
        return zip(left, right).allSatisfy { abs($0 - $1) <= 1e-3 * max(1, abs($0), abs($1)) || $0.isNaN && $1.isNaN || $0 == $1 }
    }

    private static func timed<T>(_ body: () throws(EngineError) -> T) throws(EngineError) -> (value: T, time: Int) {
        let start = Monotonic.now()
        let value = try body()
        return (value, Monotonic.now() - start)
    }
}
