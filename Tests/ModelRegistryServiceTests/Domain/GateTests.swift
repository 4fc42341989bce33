import Contracts
import Testing

@testable import ModelRegistryService

@Suite("Gate")
struct GateTests {
    static func reasons(
        _ results: [TestResult]?, revision: Int = 1, tests: [String] = ["good enough"], judgedAgainst: Int? = nil, champion: Int? = nil,
        compares: Bool = false, wasHere: Bool = false, alias: String = "champion"
    ) -> [String] {
        let report = results.map { SuiteReport.sample(revision: 1, champion: judgedAgainst, results: $0) }
        let evidence = Gate.Evidence(
            report: report, revision: revision, tests: tests, champion: champion, compares: compares, wasHere: wasHere)
        return Gate.reasons(alias: alias, version: 1, evidence)
    }

    @Test("it opens for a report on the present revision in which every declared test passed")
    func opens() {
        #expect(Self.reasons([.sample()]) == [])
        #expect(Self.reasons([.sample(), .sample("second", .inconclusive, blocking: false)]) == [])
    }

    @Test("it stays closed without a test, without a report, and for a report on another revision")
    func closed() {
        #expect(Self.reasons([.sample()], tests: []).count == 1)
        #expect(Self.reasons(nil).count == 1)
        #expect(Self.reasons([.sample()], revision: 2).first?.contains("revision 2") == true)
    }

    @Test("each test that failed, blocks or is not in the report is a reason of its own")
    func reasons() {
        let reasons = Self.reasons(
            [.sample("a", .fail), .sample("b", .inconclusive), .sample("c")], tests: ["a", "b", "c", "d"])

        #expect(reasons.count == 3)
        for name in ["a", "b", "d"] { #expect(reasons.contains { $0.contains("“\(name)”") }) }
    }

    @Test("a comparison with a version that is champion no more opens nothing, and the reason names both")
    func formerChampion() {
        let reasons = Self.reasons([.sample()], judgedAgainst: 3, champion: 5, compares: true)
        let first = Self.reasons([.sample()], judgedAgainst: nil, champion: 5, compares: true)

        #expect(reasons.count == 1)
        #expect(reasons.first?.contains("version 3") == true && reasons.first?.contains("version 5") == true)
        #expect(first.first?.contains("no version") == true)
        #expect(Self.reasons([.sample()], judgedAgainst: 5, champion: 5, compares: true) == [])
        #expect(Self.reasons([.sample()], judgedAgainst: 3, champion: 5, compares: false) == [])
    }

    @Test("a report that holds no result opens nothing")
    func empty() {
        #expect(Self.reasons([]).count == 1)
    }

    @Test("other aliases, and a version that was champion before, need no report")
    func free() {
        #expect(Self.reasons(nil, alias: "candidate") == [])
        #expect(Self.reasons(nil, wasHere: true) == [])
    }
}
