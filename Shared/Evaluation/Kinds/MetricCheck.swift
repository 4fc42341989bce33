import Contracts
import Statistics

/// Whether the whole interval of a metric clears the bound.
struct MetricCheck: Check {
    let test: TestSpec

    func judge(_ subject: Subject) throws -> TestResult {
        let picked = subject.positions(of: test.slice)
        let judge = Judge(test: test, manifest: subject.manifest, rows: picked.count)
        let bound = test.atLeast ?? test.atMost ?? 0
        guard !picked.isEmpty else { return judge.noRows(bound: bound) }
        do throws(MetricError) {
            let measured = try subject.measure(try subject.metric(of: test), subject.candidate, picked)
            let estimate = measured.number
            guard estimate.value.isFinite else {
                return judge.broken("\(judge.subject) is no finite number: the answers are too large.", bound: bound)
            }
            let verdict = test.atLeast == nil ? estimate.verdict(atMost: bound) : estimate.verdict(atLeast: bound)
            let found = "\(judge.subject) is \(Wording.number(estimate.value))\(Wording.interval(estimate, picked.count))"
            let sentence = judge.message(verdict, found, isAtLeast: test.atLeast != nil, bound: bound, estimate)
            return judge.result(verdict, estimate, bound: bound, message: sentence + measured.note)
        } catch { return judge.unmeasured(error, "\(judge.subject) cannot be measured", of: subject, bound: bound) }
    }
}
