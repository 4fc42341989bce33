import Statistics
import Testing

/// Expected numbers: scipy 1.17.1 (chisquare, chi2_contingency, contingency.association, mannwhitneyu), statsmodels
/// (multipletests), and the formulas of contracts/statistics.md evaluated with numpy.
@Suite("Experiments")
struct ExperimentTests {
    @Test("the published mismatch of 821,588 and 815,482 has p = 1.8e-6")
    func sampleRatio() throws {
        let test = try #require(ChiSquaredTest(counts: [821_588, 815_482], weights: [0.5, 0.5]))

        #expect(isClose(test.statistic, 22.77436884189436))
        #expect(isRelativelyClose(test.pValue, 1.8217928726191858e-06))
        #expect(test.cramersV < 0.01)
    }

    @Test("the test of independence agrees with scipy and ignores empty rows and columns")
    func independence() throws {
        for table in [[[10, 20, 30], [6, 9, 40]], [[10, 20, 0, 30], [0, 0, 0, 0], [6, 9, 0, 40]]] {
            let test = try #require(ChiSquaredTest(table: table))

            #expect(isClose(test.statistic, 6.395684057321988) && test.degrees == 2)
            #expect(isClose(test.pValue, 0.04085026262611232))
            #expect(isClose(test.cramersV, 0.2358275725540017))
        }
        #expect(ChiSquaredTest(table: [[1, 2], [0, 0]]) == nil)
        #expect(ChiSquaredTest(counts: [1, 2], weights: [1, 0]) == nil)
    }

    @Test("the Bayes factor of the sequential ratio test follows its formula, in parts or at once")
    func sequentialRatio() {
        var whole = SequentialMultinomialTest(weights: [1, 1])
        whole.add([821_588, 815_482])
        var parts = SequentialMultinomialTest(weights: [5, 3, 2], concentration: 50)
        parts.add([20, 10, 10])
        parts.add([40, 20, 0])

        #expect(isClose(whole.logBayesFactor, 7.679379291832447, within: 1e-6))
        #expect(isClose(parts.logBayesFactor, 1.561994848627421))
        #expect(whole.pValue < 0.001)
    }

    @Test("a broken assignment is found early and stays found")
    func brokenAssignment() {
        var test = SequentialMultinomialTest(weights: [1, 1])
        test.add([1_200, 800])
        let found = test.pValue
        test.add([800, 1_200])

        #expect(found < 1e-6)
        #expect(test.pValue == found)
    }

    @Test("the width of the asymptotic confidence sequence follows its formula")
    func sequenceWidth() {
        let sequence = AsymptoticConfidenceSequence(optimalAt: 500)

        #expect(isClose(sequence.rho, 0.12598535313073156))
        #expect(isClose(sequence.halfWidth(count: 500, standardDeviation: 2), 0.27147734513599225))
        #expect(isClose(sequence.halfWidth(count: 5_000, standardDeviation: 2), 0.0916897767538228))
        #expect(sequence.estimate(Moments([1, 2, 3])).interval == nil)
    }

    @Test("a real difference is found, with the right sign")
    func difference() throws {
        let sequence = AsymptoticConfidenceSequence(optimalAt: 4_000)
        let control = Moments(Proportion(successes: 1_700, trials: 2_000))
        let treatment = Moments(Proportion(successes: 1_840, trials: 2_000))

        let interval = try #require(sequence.difference(control: control, treatment: treatment).interval)
        let mirrored = try #require(sequence.difference(control: treatment, treatment: control).interval)

        #expect(interval.lower > 0 && interval.contains(0.07))
        #expect(isClose(interval.lower, -mirrored.upper))
    }

    @Test("the beta-binomial sequence's ends have the evidence 1 / alpha")
    func betaBinomial() throws {
        let sequence = BetaBinomialConfidenceSequence()
        let interval = try #require(sequence.estimate(Proportion(successes: 30, trials: 100)).interval)

        #expect(isClose(interval.lower, 0.16944647804429552))
        #expect(isClose(interval.upper, 0.4572459875966071))
        #expect(sequence.estimate(Proportion(successes: 0, trials: 0)).interval == ConfidenceInterval(lower: 0, upper: 1, level: 0.95))
        let informed = BetaBinomialConfidenceSequence(a: 2, b: 8)
        #expect(isClose(informed.logEvidence(against: 0.25, Proportion(successes: 30, trials: 100)), -0.9618896117289353))
        let difference = sequence.difference(
            control: Proportion(successes: 100, trials: 1_000), treatment: Proportion(successes: 300, trials: 1_000))
        #expect(difference.verdict(atLeast: 0.05) == .pass)
    }

    @Test("sample sizes agree with published ones")
    func sampleSize() throws {
        // R's power.prop.test(p1 = .50, p2 = .75, power = .90) gives n = 76.7; statsmodels' NormalIndPower 21.01 for one deviation.
        let size = SampleSize(power: 0.9)

        #expect(size.perArm(from: 0.5, to: 0.75) == 77)
        #expect(size.perArm(difference: 2, standardDeviation: 2) == 22)
        #expect(size.perArm(from: 0.5, to: 0.5) == nil)
        let sequential = try #require(size.perArmSequential(from: 0.5, to: 0.75))
        #expect(sequential > 77 && sequential < 77 * 4)
    }

    @Test("rows for a test on a proportion let Wilson's lower end clear the bound most of the time")
    func rowsForMetric() throws {
        let rows = try #require(SampleSize().rows(forProportion: 0.96, toClear: 0.93))
        var generator = SeededGenerator(seed: 8)

        let passes = (0..<400).filter { _ in
            let successes = (0..<rows).reduce(0) { sum, _ in sum + (generator.uniform() < 0.96 ? 1 : 0) }
            return Proportion(successes: successes, trials: rows).wilson().lower >= 0.93
        }.count

        #expect(abs(Double(passes) / 400 - 0.8) < 0.08)
    }

    @Test("adjusted p-values agree with statsmodels")
    func adjusted() {
        let pValues = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04]

        for (adjusted, expected) in [
            (MultipleTesting.holm(pValues), [0.05, 0.12, 0.12, 0.03, 0.5, 0.12]),
            (MultipleTesting.benjaminiHochberg(pValues), [0.03, 0.048, 0.048, 0.03, 0.5, 0.048]),
        ] {
            #expect(zip(adjusted, expected).allSatisfy { isClose($0, $1) })
        }
        #expect(MultipleTesting.holm([]).isEmpty)
    }

    @Test("Mann and Whitney's test agrees with scipy and the shift with the median difference")
    func mannWhitney() throws {
        let control = [12.1, 9.5, 11.3, 10.2, 13.7, 9.9, 10.2, 11.8]
        let treatment = [13.4, 12.2, 15.1, 11.3, 14.9, 12.7, 10.2]

        let test = try #require(MannWhitneyTest(control: control, treatment: treatment))

        #expect(test.statistic == 44.5)
        #expect(isClose(test.pValue, 0.06289087130743418))
        #expect(isClose(test.shift.value, 1.7))
        #expect(test.shift.interval?.contains(0) == true)
    }

    @Test("a shift of long samples is found at its size")
    func longSamples() throws {
        var generator = SeededGenerator(seed: 6)
        let control = (0..<3_000).map { _ in generator.exponential() }
        let treatment = (0..<3_000).map { _ in 0.25 + generator.exponential() }

        let shift = try #require(MannWhitneyTest(control: control, treatment: treatment)).shift

        #expect(try #require(shift.interval).contains(0.25))
        #expect(try #require(shift.interval).width < 0.15)
    }

    @Test("CUPED keeps the difference and takes off what the past explains")
    func varianceReduction() {
        var generator = SeededGenerator(seed: 12)
        var arms = [PairedMoments(), PairedMoments()]
        for index in 0..<4_000 {
            let past = generator.normal()
            let effect = index % 2 == 0 ? 0.0 : 0.2
            arms[index % 2].add(x: past, y: 3 * past + generator.normal() + effect)
        }

        let reduced = VarianceReduction(arms)

        #expect(abs(reduced.theta - 3) < 0.1)
        #expect(abs(reduced.arms[1].mean - reduced.arms[0].mean - 0.2) < 0.1)
        #expect(reduced.arms[0].variance < arms[0].y.variance / 8)
    }

    @Test("pairs of moments merge to those of the whole")
    func pairedMomentsMerge() {
        var generator = SeededGenerator(seed: 13)
        var whole = PairedMoments()
        var parts = [PairedMoments(), PairedMoments(), PairedMoments()]
        for index in 0..<300 {
            let (x, y) = (generator.normal(), generator.uniform())
            whole.add(x: x, y: y)
            parts[index % 3].add(x: x, y: y)
        }
        var merged = parts[2]
        merged.merge(parts[0])
        merged.merge(parts[1])

        #expect(merged.count == 300 && isClose(merged.covariance, whole.covariance, within: 1e-12))
        #expect(isClose(merged.x.variance, whole.x.variance, within: 1e-12) && isClose(merged.y.mean, whole.y.mean, within: 1e-12))
    }

    @Test("the relative lift follows the delta method")
    func relativeLift() throws {
        let control = Moments(count: 400, mean: 2, m2: 399)
        let treatment = Moments(count: 400, mean: 2.2, m2: 399 * 4)

        let lift = try #require(RelativeLift(control: control, treatment: treatment)).lift
        let interval = try #require(lift.interval)

        // se = sqrt(4 / 400 + 1.21 / 400) / 2
        #expect(isClose(lift.value, 0.1, within: 1e-12))
        #expect(isClose(interval.width, 2 * 1.959963984540054 * (5.21 / 400).squareRoot() / 2, within: 1e-9))
    }
}
