import Contracts
import Foundation
import Testing

@testable import Evaluation

@Suite("A suite over seeds")
struct SeedSweepTests {
    private func results(_ verdicts: [TestResult.Verdict]) -> [TestResult] {
        verdicts.enumerated().map { index, verdict in
            TestResult(
                name: "t\(index)", kind: "metric", verdict: verdict, blocking: true, value: 0.9, rows: 10,
                message: "As found.",
                seconds: 0.5)
        }
    }

    @Test(
        "a test that passes with some seeds and fails with others is flaky",
        arguments: [
            ("ppp", TestResult.Verdict.pass), ("pfp", .flaky), ("fpp", .fail), ("ipf", .flaky), ("fff", .fail),
            ("iif", .fail), ("ppi", .inconclusive),
            ("iii", .inconclusive), ("pfi", .flaky),
        ])
    func verdicts(found: String, expected: TestResult.Verdict) {
        let sweeps = found.map { letter in
            results([letter == "p" ? .pass : letter == "f" ? .fail : .inconclusive])
        }
        let combined = SeedSweep.results(sweeps, seeds: [7, 8, 9])
        #expect(combined[0].verdict == expected)
        #expect(combined[0].passShare == Double(found.count { $0 == "p" }) / 3)
        #expect(combined[0].parts?.map(\.name) == ["seed 7", "seed 8", "seed 9"])
    }

    @Test("the share that passed comes with Wilson's interval, and the time of all seeds counts")
    func share() {
        let sweeps = (0..<10).map { results([.pass, $0 < 7 ? .pass : .fail]) }
        let combined = SeedSweep.results(sweeps, seeds: Array(0..<10))
        let (low, high) = wilson(7, 10)

        #expect(combined[0].verdict == .pass)
        #expect(combined[1].verdict == .flaky)
        #expect(combined[1].passShare == 0.7)
        #expect(combined[1].seconds == 5)
        #expect(
            combined[1].message
                == "As found. Over seeds: passed with 7 of 10 (95 % interval \(Wording.number(low)) to \(Wording.number(high))), failed with 3."
        )
    }

    @Test("a flaky test blocks a gate as an inconclusive one does")
    func gate() {
        var report = SuiteReport(
            id: "s", capability: "shapes", model: Digest(of: []), version: 1, manifestRevision: 1,
            dataset: DatasetReference(name: "shapes", version: 1), champion: nil, startedAt: .now,
            seconds: 1,
            results: SeedSweep.results([results([.pass]), results([.fail])], seeds: [1, 2]))
        #expect(!report.passed)
        report.results[0].blocking = false
        #expect(report.passed)
    }
}
