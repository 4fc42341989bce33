import Contracts
import Statistics

/// The dataset itself: whether slices have the rows they need, no row of test is also elsewhere, and test looks like the wild.
struct DataCheck: Check {
    let test: TestSpec

    func judge(_ subject: Subject) throws -> TestResult {
        let asked = test.checks ?? ["needs", "leakage", "representation"]
        var findings: [DataFinding] = []
        if asked.contains("needs"), let needs = subject.manifest.data.needs, !needs.isEmpty {
            findings.append(DataNeeds.finding(needs, subject))
        }
        if asked.contains("leakage") { findings.append(DataLeakage.finding(subject)) }
        if asked.contains("representation") {
            for (field, shares) in (test.representation ?? [:]).sorted(by: { $0.key < $1.key }) {
                findings.append(DataRepresentation.finding(field, shares, subject, slice: test.slice))
            }
        }
        let judge = Judge(test: test, manifest: subject.manifest, rows: subject.rows.count)
        guard !findings.isEmpty else { return judge.undecided("The manifest declares nothing that this test could look at.") }
        let verdicts = findings.map(\.verdict)
        let verdict: Verdict = verdicts.contains(.fail) ? .fail : verdicts.contains(.inconclusive) ? .inconclusive : .pass
        let shown = verdict == .pass ? findings : findings.filter { $0.verdict != .pass }
        return judge.result(
            verdict, nil, bound: nil, message: shown.map(\.sentence).joined(separator: " "), parts: findings.flatMap(\.parts),
            moreRows: findings.compactMap(\.moreRows).max())
    }
}
