import Contracts
import Foundation
import OnnxRuntime
import Tensors

/// Times a model and a variant of it in turns, so that what else the machine does falls on both alike.
struct VariantTiming: Sendable {
    /// Rows of a batch.
    static let batch = 32
    private static let loads = 5
    private static let calls = 200
    private static let batchCalls = 30

    let loads: (parent: VariantSamples, variant: VariantSamples)
    let single: (parent: VariantSamples, variant: VariantSamples)
    let batched: (parent: VariantSamples, variant: VariantSamples)
    /// Rows that a batch had.
    let rows: Int

    /// Blocks the thread. Throws the engine's own error for rows that a model does not take.
    ///
    /// - Parameters:
    ///   - row: one row as tensors.
    ///   - batch: several rows.
    init(parent: [UInt8], variant: [UInt8], row: [Tensor], batch: [Tensor], runtime: Runtime, check: () throws -> Void) throws {
        loads = try Self.turns(Self.loads, check) { try Session(runtime: runtime, model: $0 ? variant : parent) }
        let sessions = (try Session(runtime: runtime, model: parent), try Session(runtime: runtime, model: variant))
        single = try Self.turns(Self.calls, check) { try ($0 ? sessions.1 : sessions.0).run(row) }
        batched = try Self.turns(Self.batchCalls, check) { try ($0 ? sessions.1 : sessions.0).run(batch) }
        rows = batch.first?.rows ?? 1
    }

    /// Rows a second with a batch, from the median.
    func rowsPerSecond(_ samples: VariantSamples) -> Double {
        let median = samples.percentile(0.5)
        return median > 0 ? Double(rows) / median * 1_000 : 0
    }

    /// Whichever goes first has a colder cache: they take turns at that, too.
    private static func turns<T>(
        _ count: Int, _ check: () throws -> Void, _ body: (_ isVariant: Bool) throws -> T
    ) throws -> (parent: VariantSamples, variant: VariantSamples) {
        for isVariant in [false, true] { _ = try body(isVariant) }
        var times: (parent: [Double], variant: [Double]) = ([], [])
        for turn in 0..<count {
            if turn % 50 == 0 { try check() }
            for isVariant in turn.isMultiple(of: 2) ? [false, true] : [true, false] {
                let start = ContinuousClock.now
                _ = try body(isVariant)
                let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
                if isVariant { times.variant.append(milliseconds) } else { times.parent.append(milliseconds) }
            }
        }
        return (VariantSamples(times.parent), VariantSamples(times.variant))
    }
}
