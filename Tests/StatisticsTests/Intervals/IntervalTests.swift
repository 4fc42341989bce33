import Statistics
import Testing

/// Expected numbers: statsmodels (proportion_confint, confint_proportions_2indep), scipy 1.17.1 (ttest_ind, bootstrap).
@Suite("Intervals")
struct IntervalTests {
    @Test(
        "Wilson's interval agrees with statsmodels",
        arguments: [
            (81, 263, 0.2552885198782742, 0.36620957698280004), (0, 20, 0, 0.1611251580528194), (29, 29, 0.8830302015002592, 1),
        ] as [(Int, Int, Double, Double)])
    func wilson(successes: Int, trials: Int, lower: Double, upper: Double) {
        let interval = Proportion(successes: successes, trials: trials).wilson()

        #expect(isClose(interval.lower, lower))
        #expect(isClose(interval.upper, upper))
    }

    @Test("Wilson's interval is mirrored when successes and failures change places", arguments: 0...12)
    func wilsonSymmetry(successes: Int) {
        let interval = Proportion(successes: successes, trials: 12).wilson()
        let mirrored = Proportion(successes: 12 - successes, trials: 12).wilson()

        #expect(isClose(interval.lower, 1 - mirrored.upper))
        #expect(interval.lower >= 0 && interval.upper <= 1 && interval.contains(Double(successes) / 12))
    }

    @Test(
        "Newcombe's difference agrees with his paper and with statsmodels",
        arguments: [
            (48, 80, 56, 70, 0.05243147240236498, 0.33387265403690614), (0, 20, 10, 10, 0.6790860371419145, 1),
        ] as [(Int, Int, Int, Int, Double, Double)])
    func newcombe(first: Int, of firstTrials: Int, second: Int, of secondTrials: Int, lower: Double, upper: Double) throws {
        let control = Proportion(successes: first, trials: firstTrials)
        let treatment = Proportion(successes: second, trials: secondTrials)

        let interval = try #require(control.difference(to: treatment).interval)

        #expect(isClose(interval.lower, lower))
        #expect(isClose(interval.upper, upper))
    }

    @Test("nothing observed gives no interval")
    func empty() {
        #expect(Proportion(successes: 0, trials: 0).estimate().interval == nil)
        #expect(Proportion(successes: 0, trials: 0).estimate().verdict(atLeast: 0.5) == .inconclusive)
    }

    @Test("Welch's test agrees with scipy")
    func welch() throws {
        let control = Moments([27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4])
        let treatment = Moments([27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.4])

        let test = try #require(WelchTest(control: control, treatment: treatment))
        let interval = try #require(test.difference.interval)

        #expect(isClose(test.statistic, 2.8529548701715215))
        #expect(isClose(test.degrees, 27.88730398842012))
        #expect(isClose(test.pValue, 0.008071938172194903))
        #expect(isClose(interval.lower, 0.7986439248746979))
        #expect(isClose(interval.upper, 4.868022741791966))
    }

    @Test("moments merge to the moments of the whole, over any partition")
    func momentsMerge() {
        var generator = SeededGenerator(seed: 5)
        let values = (0..<500).map { _ in 1e6 + generator.normal() }
        let whole = Moments(values)
        for _ in 0..<20 {
            let cuts = [generator.index(below: 501), generator.index(below: 501)].sorted()
            let parts = [values[..<cuts[0]], values[cuts[0]..<cuts[1]], values[cuts[1]...]].map { Moments($0) }
            let merged = parts.reversed().reduce(Moments()) { $0.merged(with: $1) }

            #expect(merged.count == 500)
            #expect(isClose(merged.mean, whole.mean, within: 1e-12))
            #expect(isClose(merged.variance, whole.variance, within: 1e-6))
            #expect(merged.minimum == whole.minimum && merged.maximum == whole.maximum)
        }
    }

    @Test(
        "an interval passes, fails or decides nothing",
        arguments: [
            (0.7, Verdict.pass), (0.8, .pass), (0.85, .inconclusive), (0.9, .inconclusive), (0.91, .fail),
        ] as [(Double, Verdict)])
    func verdict(bound: Double, expected: Verdict) {
        let estimate = Estimate(value: 0.85, interval: ConfidenceInterval(lower: 0.8, upper: 0.9, level: 0.95), count: 9, method: "test")

        #expect(estimate.verdict(atLeast: bound) == expected)
    }
}
