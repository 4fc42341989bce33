import Contracts
import Statistics

@testable import ModelRegistryService

/// A change and what the gate sees, made at random.
struct GateCase: Sendable {
    let change: NameChange
    let evidence: Gate.Evidence

    static func random(using generator: inout SeededGenerator) -> GateCase {
        let models = ["a", "b"].map { Digest(of: Array($0.utf8)) }
        func pick<T>(_ choices: [T], _ generator: inout SeededGenerator) -> T {
            choices[Int.random(in: 0..<choices.count, using: &generator)]
        }
        func target(_ generator: inout SeededGenerator) -> NameChange.Target? {
            pick([0, 1, 1, 2], &generator) == 0
                ? nil : NameChange.Target(version: Int.random(in: 1...2, using: &generator), model: pick(models, &generator))
        }
        let ways = NameChange.Way.allCases.filter { $0 != .rollback }
        let change = NameChange(
            alias: pick(["champion", "candidate", "preview"], &generator), way: pick(ways, &generator), before: target(&generator),
            after: target(&generator))
        let names = ["one", "two"]
        let verdicts: [TestResult.Verdict] = [.pass, .pass, .pass, .fail, .inconclusive, .flaky]
        let results = names.prefix(pick([1, 2, 2, 2], &generator)).map { name in
            TestResult.sample(name, pick(verdicts, &generator), blocking: pick([true, false], &generator))
        }
        var report = SuiteReport.sample(
            version: 1, revision: pick([1, 2, 2], &generator), champion: pick([nil, 1], &generator), results: Array(results))
        report.model = pick(models, &generator)
        report.dataset = DatasetReference(name: pick(["digits", "digits", "letters"], &generator), version: pick([1, 2], &generator))
        let evidence = Gate.Evidence(
            revision: 2, tests: Array(names.prefix(pick([0, 1, 2, 2], &generator))), dataset: "digits",
            newestSplit: pick([nil, 1, 2], &generator), report: pick([true, true, false], &generator) ? report : nil,
            champion: pick([nil, 1], &generator),
            compares: pick([true, false], &generator))
        return GateCase(change: change, evidence: evidence)
    }

    /// What has to hold where the gate is open, written apart from the gate.
    var isHonest: Bool {
        if change.alias == "preview" { return true }
        guard let after = change.after else { return change.before == nil }
        if change.before == after { return true }
        guard let report = evidence.report, !evidence.tests.isEmpty else { return false }
        let verdicts = Dictionary(report.results.map { ($0.name, $0) }) { first, _ in first }
        let isComparable = !evidence.compares || report.champion == evidence.champion || evidence.champion == after.version
        let isNewest = evidence.newestSplit.map { report.dataset.version >= $0 } ?? true
        let isStable = report.results.allSatisfy { $0.verdict != .flaky }
        return isNewest && isStable && report.model == after.model && report.manifestRevision == 2 && report.dataset.name == "digits"
            && report.passed
            && isComparable && evidence.tests.allSatisfy { verdicts[$0] != nil }
    }
}
