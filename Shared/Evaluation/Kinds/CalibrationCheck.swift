import Contracts
import Statistics

/// Whether the expected calibration error, less what chance adds to it, stays below the bound.
struct CalibrationCheck: Check {
    let test: TestSpec

    func judge(_ subject: Subject) throws -> TestResult {
        let picked = subject.positions(of: test.slice)
        let judge = Judge(test: test, manifest: subject.manifest, rows: picked.count)
        let bound = test.errorAtMost ?? 0
        guard !picked.isEmpty else { return judge.noRows(bound: bound) }
        do throws(MetricError) {
            let rows = try subject.truths.scored(subject.candidate, picked)
            let estimate = try CalibrationReport.debiasedError(rows)
            let chance = try CalibrationTest(rows)
            let verdict = estimate.verdict(atMost: bound)
            let found =
                "the calibration error\(judge.place) is \(Wording.number(estimate.value)) beyond chance"
                + Wording.interval(estimate, picked.count)
            let note = subject.truths.uncertainty(picked).map(Subject.taken) ?? ""
            let parts = [
                TestResult.Part(name: "spiegelhalter z", value: chance.spiegelhalter),
                TestResult.Part(name: "spiegelhalter p", value: chance.spiegelhalterPValue),
            ]
            return judge.result(
                verdict, estimate, bound: bound, message: judge.message(verdict, found, isAtLeast: false, bound: bound, estimate) + note,
                parts: parts)
        } catch { return judge.unmeasured(error, "the calibration error\(judge.place) cannot be measured", of: subject, bound: bound) }
    }
}
