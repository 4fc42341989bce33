import Statistics
import Testing

/// 2,000 experiments of A against A, looked at 100 times each: at most alpha of them may ever raise a false alarm.
///
/// A batch of 20 normal values is drawn by its moments, whose distribution is known: the mean is normal, the sum of squares
/// chi-squared with 19 degrees of freedom, and both are independent.
@Suite("False positives under continuous looking")
struct FalsePositiveTests {
    private static let streams = 2_000
    private static let looks = 100
    private static let batch = 20
    /// alpha plus three standard errors.
    private static let limit = 0.05 + 3 * (0.05 * 0.95 / Double(streams)).squareRoot()

    private func batch(_ generator: inout SeededGenerator) -> Moments {
        let size = Double(Self.batch)
        return Moments(count: Self.batch, mean: generator.normal() / size.squareRoot(), m2: 2 * generator.gamma(shape: (size - 1) / 2))
    }

    /// The share of streams in which any look raises an alarm.
    private func alarmShare(streams: Int, seed: UInt64, isAlarm: (_ look: Int, Moments, Moments) -> Bool) -> Double {
        var generator = SeededGenerator(seed: seed)
        var alarms = 0
        for _ in 0..<streams {
            var control = Moments()
            var treatment = Moments()
            for look in 1...Self.looks {
                control.merge(batch(&generator))
                treatment.merge(batch(&generator))
                if isAlarm(look, control, treatment) {
                    alarms += 1
                    break
                }
            }
        }
        return Double(alarms) / Double(streams)
    }

    @Test("the asymptotic confidence sequence keeps its promise")
    func asymptotic() {
        let sequence = AsymptoticConfidenceSequence(optimalAt: 1_000)

        let share = alarmShare(streams: Self.streams, seed: 1) { _, control, treatment in
            sequence.difference(control: control, treatment: treatment).interval?.contains(0) == false
        }

        #expect(share <= Self.limit)
    }

    @Test("the mixture sequential test keeps its promise")
    func mixture() {
        var test = MixtureSequentialTest(effectVariance: 0.01)

        let share = alarmShare(streams: Self.streams, seed: 2) { look, control, treatment in
            if look == 1 { test = MixtureSequentialTest(effectVariance: 0.01) }
            test.look(control: control, treatment: treatment)
            return test.pValue <= 0.05
        }

        #expect(share <= Self.limit)
    }

    @Test("a repeated t test breaks it by far")
    func naive() {
        let critical = (1...Self.looks).map { StudentDistribution(degrees: Double(2 * Self.batch * $0 - 2)).quantile(0.975) }

        let share = alarmShare(streams: Self.streams, seed: 1) { look, control, treatment in
            let error = (control.variance / Double(control.count) + treatment.variance / Double(treatment.count)).squareRoot()
            return abs(treatment.mean - control.mean) > critical[look - 1] * error
        }

        #expect(share > 0.3)
    }

    @Test("the beta-binomial sequence keeps its promise for a rare conversion")
    func betaBinomial() {
        let sequence = BetaBinomialConfidenceSequence()
        var generator = SeededGenerator(seed: 3)
        var misses = 0
        for _ in 0..<Self.streams {
            var state = Proportion(successes: 0, trials: 0)
            for _ in 0..<Self.looks {
                for _ in 0..<5 { state.add(generator.uniform() < 0.1) }
                if sequence.logEvidence(against: 0.1, state) >= 2.995732273553991 {
                    misses += 1
                    break
                }
            }
        }

        #expect(Double(misses) / Double(Self.streams) <= Self.limit)
    }

    @Test("the sequential sample ratio test keeps its promise")
    func sampleRatio() {
        var generator = SeededGenerator(seed: 4)
        var alarms = 0
        for _ in 0..<Self.streams {
            var test = SequentialMultinomialTest(weights: [1, 3])
            for _ in 0..<Self.looks where test.pValue > 0.05 {
                let first = (0..<8).reduce(0) { sum, _ in sum + (generator.uniform() < 0.25 ? 1 : 0) }
                test.add([first, 8 - first])
            }
            alarms += test.pValue <= 0.05 ? 1 : 0
        }

        #expect(Double(alarms) / Double(Self.streams) <= Self.limit)
    }
}
