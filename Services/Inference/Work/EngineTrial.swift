import Contracts
import Foundation
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

    /// Runs a model that was just loaded; throws what the engine says. A model with variable sizes beyond the rows may not run on the ones
    /// that are tried: then nothing is known of it.
    ///
    /// - Parameter threads: of one run.
    static func run(_ session: Session, _ interface: Interface, threads: Int = 1) throws(EngineError) -> EngineTrial {
        let takesRows =
            session.inputs.allSatisfy { $0.shape.first == -1 } && session.outputs.allSatisfy { $0.shape.first == -1 }
            && interface.inputs.allSatisfy { $0.shape.first == -1 }
        let names = interface.outputs.map(\.name)
        let clock = Self.clock(threads: threads)
        guard let (zeroes, side, first) = try warmUp(session, interface, names, clock) else {
            return EngineTrial(gain: nil, takesRows: takesRows && !interface.hasSides, elements: 0)
        }
        var gain = BatchGain(oneRow: first)
        if first <= 4 * BatchGain.longestRow {
            for _ in 0..<2 {
                gain.oneRow = min(gain.oneRow, try timed(clock) { () throws(EngineError) in try session.run(zeroes, outputs: names) }.time)
            }
        }
        let elements = zeroes.reduce(0) { $0 + $1.count }
        if takesRows, gain.oneRow <= BatchGain.longestRow,
            let rows = TrialRows.tensors(interface, rows: BatchGain.rows, side: side)
        {
            try measure(rows, session, names, clock, &gain)
            // Of sequences the shortest was tried, which says nothing of what merging long ones gains.
            if interface.inputs.contains(where: { $0.elementsPerRow == nil }) { gain.manyRows = nil }
        }
        return EngineTrial(gain: gain, takesRows: takesRows && gain.isRowWise, elements: elements)
    }

    /// The first run, which plans memory: it says nothing about the next ones. Nil where no row can be made, or none of a size that runs.
    private static func warmUp(
        _ session: Session, _ interface: Interface, _ names: [String], _ clock: () -> Int
    ) throws(EngineError) -> (zeroes: [Tensor], side: Int, time: Int)? {
        guard interface.hasSides else {
            guard let zeroes = TrialRows.tensors(interface, rows: 1, zero: true) else { return nil }
            return (zeroes, 1, try timed(clock) { () throws(EngineError) in try session.run(zeroes, outputs: names) }.time)
        }
        for side in TrialRows.sides {
            guard let zeroes = TrialRows.tensors(interface, rows: 1, zero: true, side: side) else { return nil }
            let first = try? timed(clock) { () throws(EngineError) in try session.run(zeroes, outputs: names) }
            if let first { return (zeroes, side, first.time) }
        }
        return nil
    }

    private static func measure(
        _ rows: [Tensor], _ session: Session, _ names: [String], _ clock: () -> Int, _ gain: inout BatchGain
    ) throws(EngineError) {
        _ = try session.run(rows, outputs: names)
        let (merged, time) = try timed(clock) { () throws(EngineError) in try session.run(rows, outputs: names) }
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

    /// Nanoseconds by which runs are compared. A run of one thread is all on the calling one: what that worked is its time, whatever other
    /// loads and requests take the cores meanwhile.
    private static func clock(threads: Int) -> () -> Int {
        guard threads == 1 else { return Monotonic.now }
        return {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
        }
    }

    private static func timed<T>(_ clock: () -> Int, _ body: () throws(EngineError) -> T) throws(EngineError) -> (value: T, time: Int) {
        let start = clock()
        let value = try body()
        return (value, clock() - start)
    }
}

extension Interface {
    /// Whether an input has a variable size beyond the number of rows.
    fileprivate var hasSides: Bool { inputs.contains { $0.shape.dropFirst().contains(-1) } }
}
