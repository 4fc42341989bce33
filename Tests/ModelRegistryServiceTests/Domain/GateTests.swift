import Contracts
import Foundation
import Statistics
import Testing

@testable import ModelRegistryService

@Suite("Gate")
struct GateTests {
    static let before = NameChange.Target(version: 1, model: Digest(of: Array("r0".utf8)))
    static let after = NameChange.Target(version: 2, model: Digest(of: Array("r1".utf8)))

    static func evidence(
        _ results: [TestResult]?, revision: Int = 1, tests: [String] = ["good enough"], dataset: String = "digits",
        judgedAgainst: Int? = nil, champion: Int? = nil, compares: Bool = false
    ) -> Gate.Evidence {
        let report = results.map { SuiteReport.sample(revision: 1, champion: judgedAgainst, results: $0) }
        return Gate.Evidence(
            revision: revision, tests: tests, dataset: dataset, report: report, champion: champion, compares: compares)
    }

    static func reasons(
        _ evidence: Gate.Evidence, way: NameChange.Way = .set, alias: String = "champion", before: NameChange.Target? = before,
        after: NameChange.Target? = after
    ) -> [Gate.Reason] {
        switch Gate.decision(NameChange(alias: alias, way: way, before: before, after: after), evidence) {
        case .open: []
        case .closed(let reasons): reasons
        }
    }

    @Test("it opens, by its id, for a report on the present revision in which every declared test passed")
    func opens() {
        let change = NameChange(alias: "champion", way: .set, before: nil, after: Self.after)

        #expect(Gate.decision(change, Self.evidence([.sample()])) == .open(report: "s"))
        #expect(Self.reasons(Self.evidence([.sample(), .sample("second", .inconclusive, blocking: false)])) == [])
    }

    @Test("a flaky test closes it, also one that only warns of what it cannot tell")
    func flaky() {
        #expect(Self.reasons(Self.evidence([.sample(), .sample("second", .flaky, blocking: false)])).map(\.test) == ["second"])
    }

    @Test("a report on an older test split than another report's opens nothing, and the reason names both")
    func olderSplit() {
        var evidence = Self.evidence([.sample()])
        evidence.newestSplit = 5
        let reasons = Self.reasons(evidence)
        evidence.newestSplit = 1

        #expect(reasons.count == 1)
        #expect(reasons.first?.text.contains("version 1 of dataset digits") == true && reasons.first?.text.contains("version 5") == true)
        #expect(Self.reasons(evidence) == [])
    }

    @Test("whatever the way, a protected name comes to mean nothing else without a report", arguments: NameChange.Way.allCases)
    func ways(way: NameChange.Way) {
        for alias in ["champion", "candidate"] {
            #expect(Self.reasons(Self.evidence(nil), way: way, alias: alias).count == 1)
            #expect(Self.reasons(Self.evidence([.sample(verdict: .fail)]), way: way, alias: alias).map(\.test) == ["good enough"])
            #expect(Self.reasons(Self.evidence([.sample()]), way: way, alias: alias) == [])
            // What was taken away and made again begins from nothing.
            #expect(Self.reasons(Self.evidence(nil), way: way, alias: alias, before: nil).count == 1)
            #expect(Self.reasons(Self.evidence([.sample()]), way: way, alias: alias, after: nil).count == 1)
        }
    }

    @Test("files that change under a version are another model, which its report does not tell of")
    func artifacts() {
        let swapped = NameChange.Target(version: 2, model: Digest(of: Array("other".utf8)))
        let reasons = Self.reasons(Self.evidence([.sample()]), way: .artifacts, before: Self.after, after: swapped)

        #expect(reasons.count == 1)
        #expect(reasons.first?.text.contains("another model") == true)
    }

    @Test("it stays closed without a test, and for a report on another revision or dataset")
    func closed() {
        #expect(Self.reasons(Self.evidence([.sample()], tests: [])).count == 1)
        #expect(Self.reasons(Self.evidence([.sample()], revision: 2)).first?.text.contains("revision 2") == true)
        #expect(Self.reasons(Self.evidence([.sample()], dataset: "letters")).first?.text.contains("letters") == true)
    }

    @Test("each test that failed, blocks or is not in the report is a reason of its own, by its name")
    func reasons() {
        let results: [TestResult] = [
            .sample("a", .fail), .sample("b", .inconclusive), .sample("c"), .sample("d", .flaky),
        ]
        let reasons = Self.reasons(Self.evidence(results, tests: ["a", "b", "c", "d", "e"]))

        #expect(Set(reasons.compactMap(\.test)) == ["a", "b", "d", "e"])
        #expect(reasons.allSatisfy { reason in reason.test.map { reason.text.contains("“\($0)”") } ?? false })
    }

    @Test("a comparison with a version that is champion no more opens nothing, and the reason names both")
    func formerChampion() {
        let stale = Self.reasons(Self.evidence([.sample()], judgedAgainst: 3, champion: 5, compares: true))
        let first = Self.reasons(Self.evidence([.sample()], judgedAgainst: nil, champion: 5, compares: true))

        #expect(stale.count == 1)
        #expect(stale.first?.text.contains("version 3") == true && stale.first?.text.contains("version 5") == true)
        #expect(first.first?.text.contains("no version") == true)
        #expect(Self.reasons(Self.evidence([.sample()], judgedAgainst: 5, champion: 5, compares: true)) == [])
        #expect(Self.reasons(Self.evidence([.sample()], judgedAgainst: 3, champion: 5, compares: false)) == [])
        // The champion itself as candidate: there is nothing to compare it with.
        #expect(Self.reasons(Self.evidence([.sample()], judgedAgainst: 1, champion: 2, compares: true), alias: "candidate") == [])
    }

    @Test("a report that holds no result opens nothing")
    func empty() {
        #expect(Self.reasons(Self.evidence([])).map(\.test) == ["good enough"])
    }

    @Test("other names, and what means the same as before, need no report")
    func free() {
        var named = Self.evidence(nil)
        named.protected = ["champion", "mobile"]

        #expect(Self.reasons(Self.evidence(nil), alias: "preview") == [])
        #expect(Self.reasons(Self.evidence(nil), before: Self.after) == [])
        #expect(Self.reasons(named, alias: "candidate") == [])
        #expect(Self.reasons(named, alias: "mobile").count == 1)
    }

    @Test("a rollback opens for what the name meant before, and for nothing else; another way does not open by it")
    func rollback() {
        var evidence = Self.evidence(nil)
        evidence.earlier = AliasMove(
            capability: "digits", alias: "champion", version: 2, model: Self.after.model, previous: nil, movedAt: .distantPast,
            movedBy: "key:1", report: "old")
        let back = NameChange(alias: "champion", way: .rollback, before: Self.before, after: Self.after)
        let other = NameChange.Target(version: 2, model: Digest(of: Array("other".utf8)))

        #expect(Gate.decision(back, evidence) == .open(report: "old"))
        #expect(Self.reasons(evidence, way: .set).count == 1)
        #expect(Self.reasons(evidence, way: .rollback, after: other).count == 1)
    }

    @Test("a rollback repeats no move that the gate did not open for; one of champion from before reports were kept counts as open")
    func unprovenRollback() {
        for (alias, overridden, opens) in [("champion", nil, true), ("candidate", nil, false), ("champion", ["red"], false)] {
            var evidence = Self.evidence(nil)
            evidence.earlier = AliasMove(
                capability: "digits", alias: alias, version: 2, model: Self.after.model, previous: nil, movedAt: .distantPast,
                movedBy: "key:1", overridden: overridden)
            #expect(Self.reasons(evidence, way: .rollback, alias: alias).isEmpty == opens, "\(alias) \(overridden ?? [])")
        }
    }

    @Test("over many cases it never opens for what no passing report tells of")
    func property() {
        var generator = SeededGenerator(seed: 11)
        var opened = 0
        for _ in 0..<4_000 {
            let sample = GateCase.random(using: &generator)
            guard case .open = Gate.decision(sample.change, sample.evidence) else { continue }
            opened += 1
            #expect(sample.isHonest, "\(sample)")
        }
        #expect((200...3_800).contains(opened))
    }
}

extension TestResult {
    static func sample(verdict: Verdict) -> TestResult { sample("good enough", verdict) }
}
