import Contracts
import Statistics

/// The suite on models of one recipe that differ by their seed alone: a test that passes with some seeds and fails with others is flaky.
public enum SeedSweep {
    /// One result for each test, from its results with each seed in the seeds' order.
    ///
    /// Pass where it passed with every seed; fail where it failed with the first, which is the version's own, or passed with none and
    /// failed with one; flaky where it did both; else inconclusive. The numbers are those of the first seed.
    public static func results(_ sweeps: [[TestResult]], seeds: [Int]) -> [TestResult] {
        guard let first = sweeps.first else { return [] }
        return first.map { own in
            combined(
                own,
                zip(seeds, sweeps).compactMap { seed, results in
                    results.first { $0.name == own.name }.map { (seed, $0) }
                })
        }
    }

    private static func combined(_ own: TestResult, _ found: [(seed: Int, result: TestResult)])
        -> TestResult
    {
        let passed = found.count { $0.result.verdict == .pass }
        let failed = found.count { $0.result.verdict == .fail }
        let share = Proportion(successes: passed, trials: found.count)
        var result = own
        result.verdict = own.verdict == .fail ? .fail : verdict(passed: passed, failed: failed, of: found.count)
        result.passShare = share.value
        result.parts = (own.parts ?? []) + found.map { part($0.seed, $0.result) }
        result.seconds = found.compactMap(\.result.seconds).reduce(0, +)
        result.message = own.message + " " + sentence(share, failed: failed)
        return result
    }

    static func verdict(passed: Int, failed: Int, of seeds: Int) -> TestResult.Verdict {
        if passed == seeds { return .pass }
        if passed == 0 { return failed > 0 ? .fail : .inconclusive }
        return failed > 0 ? .flaky : .inconclusive
    }

    private static func part(_ seed: Int, _ result: TestResult) -> TestResult.Part {
        TestResult.Part(
            name: "seed \(seed)", verdict: result.verdict, value: result.value, low: result.low,
            high: result.high, rows: result.rows)
    }

    /// How many seeds passed, with Wilson's interval of the share.
    private static func sentence(_ share: Proportion, failed: Int) -> String {
        let interval = share.wilson()
        let range =
            "95 % interval \(Wording.number(interval.lower)) to \(Wording.number(interval.upper))"
        let rest = failed > 0 && share.successes > 0 ? ", failed with \(failed)" : ""
        return "Over seeds: passed with \(share.successes) of \(share.trials) (\(range))\(rest)."
    }
}
