import Contracts
import OnnxRuntime
import Statistics
import Tensors

/// Time of a call of the model in the engine, on a named machine: no network, no JSON.
struct LatencyCheck: Check {
    /// Different calls that are made in turn.
    static let inputs = 64

    let test: TestSpec
    let millisecondsAtMost: Double

    private var percentile: Double { test.percentile ?? 99 }
    private var rowsPerCall: Int { test.rows ?? 1 }

    func judge(_ subject: Subject) throws -> TestResult {
        let picked = subject.positions(of: test.slice)
        let calls = Self.calls(picked, of: rowsPerCall)
        let judge = Judge(test: test, manifest: subject.manifest, rows: Set(calls.joined()).count)
        func open(_ reason: String) -> TestResult { judge.undecided(reason, bound: millisecondsAtMost) }
        guard let file = subject.file(of: test) else { return open(VariantWording.absent(test.variant)) }
        guard let machine = subject.machine, let model = subject.model else {
            return open("There is no machine to measure on.")
        }
        if let refusal = machine.refusal(of: test) { return open(refusal) }
        guard !calls.isEmpty else {
            return open("No labeled row of the test split is there to call the model with.")
        }
        let samples = try LatencySamples.measure(
            try Session(runtime: model.runtime, model: file),
            calls.map { Self.tensors(subject.inputs.picking($0)) },
            probability: percentile / 100, calibration: try machine.calibration())
        return result(samples, machine.record(samples.calibrations), judge)
    }

    /// What samples say on a machine: nothing when it was busy.
    func result(_ samples: LatencySamples, _ machine: MachineProfile, _ judge: Judge) -> TestResult {
        let estimate = samples.estimate(probability: percentile / 100)
        let verdict =
            machine.load > MachineMeasure.busy
            ? .inconclusive : estimate.verdict(atMost: millisecondsAtMost)
        let parts = [50, 90, percentile].map { part(samples, $0) }
        var result = judge.result(
            verdict, estimate, bound: millisecondsAtMost, message: message(verdict, estimate, machine),
            parts: parts)
        // JSON has no infinity: an end that the samples do not give is absent.
        result.high = result.high.flatMap { $0.isFinite ? $0 : nil }
        return result
    }

    private func part(_ samples: LatencySamples, _ percentile: Double) -> TestResult.Part {
        let estimate = samples.estimate(probability: percentile / 100)
        return TestResult.Part(
            name: "p\(Wording.number(percentile)) of \(Wording.rows(estimate.count, "call"))",
            value: estimate.value,
            low: estimate.interval?.lower,
            high: estimate.interval.flatMap { $0.upper.isFinite ? $0.upper : nil })
    }

    private func message(_ verdict: Verdict, _ estimate: Estimate, _ machine: MachineProfile)
        -> String
    {
        let upper =
            estimate.interval.map { $0.upper.isFinite ? Wording.number($0.upper) : "open" } ?? "open"
        let range =
            "95 % interval \(Wording.number(estimate.interval?.lower ?? 0)) to \(upper), \(Wording.rows(estimate.count, "call"))"
        let call = "of a call with \(Wording.rows(rowsPerCall))"
        let place = "on \(machine.name), load \(Wording.number(machine.load))"
        let found =
            "p\(Wording.number(percentile)) \(call) is \(Wording.number(estimate.value)) ms (\(range)) \(place)"
        let asked = "at most \(Wording.number(millisecondsAtMost)) ms"
        switch verdict {
        case .pass: return "\(found); \(asked) was asked for."
        case .fail: return "\(found), where \(asked) was asked for."
        case .inconclusive where machine.load > MachineMeasure.busy:
            return
                "\(found): the machine was busy, above \(Wording.number(MachineMeasure.busy)), so the time says nothing; run the test again."
        case .inconclusive: return "\(found), which does not settle whether it is \(asked)."
        }
    }

    /// Rows of each call; rows are taken again where there are fewer than one call has.
    private static func calls(_ picked: [Int], of rows: Int) -> [[Int]] {
        guard !picked.isEmpty else { return [] }
        let count = min(inputs, max(1, picked.count / rows))
        return (0..<count).map { call in (0..<rows).map { picked[(call * rows + $0) % picked.count] } }
    }

    /// All rows as one tensor for each input.
    static func tensors(_ table: InputTable) -> [Tensor] {
        guard let first = table.batches.first else { return [] }
        return first.indices.map { input in Tensor.joined(table.batches.map { $0[input] }) }
    }
}
