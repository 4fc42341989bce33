import Contracts
import OnnxRuntime
import Statistics
import Tensors

/// Bytes that the loaded model keeps, its working memory of one call included, on a named machine.
struct MemoryCheck: Check {
    let test: TestSpec
    let megabytesAtMost: Double

    func judge(_ subject: Subject) throws -> TestResult {
        let picked = Array(subject.positions(of: test.slice).prefix(1))
        let judge = Judge(test: test, manifest: subject.manifest, rows: picked.count)
        func open(_ reason: String) -> TestResult { judge.undecided(reason, bound: megabytesAtMost) }
        guard let file = subject.file(of: test) else { return open(VariantWording.absent(test.variant)) }
        guard let machine = subject.machine, let model = subject.model else {
            return open("There is no machine to measure on.")
        }
        if let refusal = machine.refusal(of: test) { return open(refusal) }
        guard !picked.isEmpty else {
            return open("No labeled row of the test split is there to call the model with.")
        }
        let calibration = try machine.calibration()
        let samples = try MemorySamples.measure(
            model.runtime, model: file,
            inputs: LatencyCheck.tensors(subject.inputs.picking(picked)),
            beside: CalibrationModel.bytes())
        _ = machine.record([
            try calibration.sample(), try calibration.sample(), try calibration.sample(),
        ])
        return result(samples, machine.name, judge)
    }

    /// What readings say: nothing when those of the calibration model, whose size is fixed, scatter.
    func result(_ samples: MemorySamples, _ machine: String, _ judge: Judge) -> TestResult {
        let estimate = samples.estimate
        let isBusy = samples.scatter > MachineMeasure.busy
        let verdict = isBusy ? .inconclusive : estimate.verdict(atMost: megabytesAtMost)
        let low = Wording.number(estimate.interval?.lower ?? 0)
        let range =
            "\(low) to \(Wording.number(estimate.interval?.upper ?? 0)) in \(Wording.rows(estimate.count, "load"))"
        let found =
            "Loaded on \(machine), the model adds \(Wording.number(estimate.value)) MB (\(range))"
        let asked = "at most \(Wording.number(megabytesAtMost)) MB"
        let message: String =
            switch verdict {
            case .pass: "\(found); \(asked) was asked for."
            case .fail: "\(found), where \(asked) was asked for."
            case .inconclusive where isBusy:
                "\(found): other work in the process took memory meanwhile, so the bytes say nothing; run the test again."
            case .inconclusive: "\(found), which does not settle whether it is \(asked)."
            }
        return judge.result(verdict, estimate, bound: megabytesAtMost, message: message)
    }
}
