import Contracts
import Statistics

/// Whether a metric's largest difference between groups stays below the bound; open while a group is too small to be compared.
struct FairnessCheck: Check {
    let test: TestSpec

    func judge(_ subject: Subject) throws -> TestResult {
        let picked = subject.positions(of: test.slice)
        let judge = Judge(test: test, manifest: subject.manifest, rows: picked.count)
        let bound = test.differenceAtMost ?? 0
        guard !picked.isEmpty else { return judge.noRows(bound: bound) }
        do throws(MetricError) {
            guard case .scored(let metric) = try subject.metric(of: test) else {
                return judge.undecided("\(judge.subject) ranks, and is not compared between groups.", bound: bound)
            }
            let names = picked.map { RowField(test.groups ?? "").text(in: subject.rows[$0]) }
            let report = try FairnessReport(
                metric, subject.truths.scored(subject.candidate, picked), groups: names, confidences: subject.truths.uncertainty(picked))
            return result(report, judge, bound)
        } catch { return judge.unmeasured(error, "\(judge.subject) cannot be measured", of: subject, bound: bound) }
    }

    private func result(_ report: FairnessReport, _ judge: Judge, _ bound: Double) -> TestResult {
        if let group = report.groups.first(where: { $0.estimate?.value.isFinite == false }) {
            return judge.broken("\(judge.subject) is no finite number for \(group.group): the answers are too large.", bound: bound)
        }
        let parts = report.groups.map { group in
            TestResult.Part(
                name: group.group, value: group.estimate?.value, low: group.estimate?.interval?.lower,
                high: group.estimate?.interval?.upper, rows: group.count)
        }
        let small = report.tooSmall.isEmpty ? "" : " Too small to compare: \(report.tooSmall.joined(separator: ", "))."
        guard let least = report.least, let greatest = report.greatest else {
            return judge.undecided(
                "\(test.groups ?? "") has fewer than two groups of at least 30 rows, so nothing can be compared.\(small)", bound: bound,
                parts: parts)
        }
        let compared = report.difference.verdict(atMost: bound)
        // The groups that are left out may be those that are served worst.
        let isWhole = compared != .pass || report.tooSmall.isEmpty
        let verdict = isWhole ? compared : .inconclusive
        let found =
            "\(judge.subject) differs by \(Wording.number(report.difference.value)) between \(least) and \(greatest)"
            + Wording.interval(report.difference, report.difference.count)
        let sentence = judge.message(compared, found, isAtLeast: false, bound: bound, report.difference)
        let missing = report.groups.filter { report.tooSmall.contains($0.group) }.map { max(1, FairnessReport.fewestRows - $0.count) }
        return judge.result(
            verdict, report.difference, bound: bound, message: sentence + small, parts: parts, moreRows: isWhole ? nil : missing.max())
    }
}
