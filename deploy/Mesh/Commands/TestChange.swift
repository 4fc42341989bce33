import Contracts

/// What became of a test since an earlier report.
struct TestChange: Sendable, Hashable {
    let test: String
    /// Nil for a test that was not there.
    let before: TestResult.Verdict?
    /// Nil for a test that is no more.
    let after: TestResult.Verdict?

    /// Tests whose verdict is another, in the newer report's order; those that are gone come last.
    static func between(_ old: SuiteReport, _ new: SuiteReport) -> [TestChange] {
        let verdicts = Dictionary(old.results.map { ($0.name, $0.verdict) }) { first, _ in first }
        let changed = new.results.compactMap { result in
            verdicts[result.name] == result.verdict
                ? nil : TestChange(test: result.name, before: verdicts[result.name], after: result.verdict)
        }
        let kept = Set(new.results.map(\.name))
        return changed + old.results.filter { !kept.contains($0.name) }.map { TestChange(test: $0.name, before: $0.verdict, after: nil) }
    }

    var line: String { "\(test): \(before?.rawValue ?? "not there") -> \(after?.rawValue ?? "gone")" }
}
