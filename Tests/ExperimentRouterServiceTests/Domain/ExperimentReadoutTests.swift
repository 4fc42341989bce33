import Contracts
import Foundation
import Testing

@testable import ExperimentRouterService

@Suite("Read-out")
struct ExperimentReadoutTests {
    static func arm(
        _ name: String, units: Int = 400, count: Int? = nil, mean: Double, deviation: Double = 0.3, exposures: Int = 2_000,
        failures: Int = 0,
        p99: Double = 4_000
    ) -> ArmOutcome {
        let values = count ?? units
        return ArmOutcome(
            variant: name, units: units, exposures: exposures, failures: failures, count: values, mean: mean,
            m2: deviation * deviation * Double(max(0, values - 1)), meanMicroseconds: p99 / 2, p99Microseconds: p99)
    }

    static func readout(
        _ arms: [ArmOutcome], stage: String = "0.5", phase: Int = 1, lost: Int = 0, guardrails: [String] = []
    ) -> Readout {
        let outcomes = ExperimentOutcomes(experiment: "e1", phase: 1, kpi: "correct", arms: arms, lostExposures: lost)
        return ExperimentReadout.readout(.sample(stage: stage, phase: phase, guardrails: guardrails), outcomes, at: .now)
    }

    @Test("the interval is the published confidence sequence of the difference")
    func numbers() {
        let readout = Self.readout([
            Self.arm("control", units: 410, mean: 0.80, deviation: 0.30), Self.arm("challenger", units: 390, mean: 0.90, deviation: 0.25),
        ])

        // Recomputed from the formula of Waudby-Smith et al.: n = 800, s^2 = n (s0^2/n0 + s1^2/n1), N* = 500, a = 0.05.
        let n = 800.0
        let spread = -2 * log(0.05) + log(-2 * log(0.05) + 1)
        let rho2 = spread / 500
        let s = (n * (0.09 / 410 + 0.0625 / 390)).squareRoot()
        let half = s * (2 * (n * rho2 + 1) / (n * n * rho2) * log((n * rho2 + 1).squareRoot() / 0.05)).squareRoot()
        #expect(abs((readout.difference ?? 0) - 0.1) < 1e-12)
        #expect(abs((readout.low ?? 0) - (0.1 - half)) < 1e-9)
        #expect(abs((readout.high ?? 0) - (0.1 + half)) < 1e-9)
        #expect(readout.verdict == .better)
        #expect(abs(readout.arms[0].standardDeviation - 0.30) < 1e-12)
    }

    @Test("worse is worse, and a small difference stays open")
    func verdicts() {
        #expect(Self.readout([Self.arm("control", mean: 0.9), Self.arm("challenger", mean: 0.7)]).verdict == .worse)
        #expect(Self.readout([Self.arm("control", mean: 0.9), Self.arm("challenger", mean: 0.91)]).verdict == .undecided)
    }

    @Test("arms that do not have their weights block the read-out, however good it looks")
    func sampleRatio() {
        let readout = Self.readout([Self.arm("control", units: 900, mean: 0.5), Self.arm("challenger", units: 600, mean: 0.9)])

        #expect(readout.verdict == .blocked)
        #expect((readout.sampleRatioP ?? 1) < 0.001)
        let even = Self.readout([Self.arm("control", mean: 0.5), Self.arm("challenger", mean: 0.5)])
        #expect((even.sampleRatioP ?? 0) > 0.05)
    }

    @Test("a lost exposure blocks the read-out")
    func losses() {
        let readout = Self.readout([Self.arm("control", mean: 0.5), Self.arm("challenger", mean: 0.9)], lost: 1)

        #expect(readout.verdict == .blocked)
        #expect(readout.lostExposures == 1)
        #expect(readout.reasons.contains { $0.contains("lost") })
    }

    @Test("too few units, none at all, and those of another phase give no interval")
    func early() {
        let few = Self.readout([Self.arm("control", units: 20, mean: 0.5), Self.arm("challenger", units: 20, mean: 0.9)])
        let none = ExperimentReadout.readout(.sample(stage: "shadow"), nil, at: .now)
        let other = Self.readout([Self.arm("control", mean: 0.5), Self.arm("challenger", mean: 0.9)], phase: 2)

        for readout in [few, none, other] {
            #expect(readout.verdict == .undecided)
            #expect(readout.low == nil)
            #expect(!readout.reasons.isEmpty)
        }
        #expect(none.difference == nil)
        #expect(none.sampleRatioP == nil)
        #expect(other.arms.map(\.units) == [0, 0])
    }

    @Test("a challenger that fails more often, or is slower, is worse whatever its KPI says")
    func guardrails() {
        let names = ["error_rate", "latency_p99"]
        let control = Self.arm("control", units: 2_000, mean: 0.8)
        let failing = Self.readout([control, Self.arm("challenger", units: 2_000, mean: 0.95, failures: 400)], guardrails: names)
        let slow = Self.readout([control, Self.arm("challenger", units: 2_000, mean: 0.95, p99: 90_000)], guardrails: names)
        let sound = Self.readout([control, Self.arm("challenger", units: 2_000, mean: 0.95)], guardrails: names + ["cost"])

        #expect(failing.guardrails.map(\.verdict) == [.fail, .pass])
        #expect(failing.verdict == .worse)
        #expect(slow.guardrails.map(\.verdict) == [.pass, .fail])
        #expect(slow.verdict == .worse)
        #expect(sound.guardrails.map(\.verdict) == [.pass, .pass, .undecided])
        #expect(sound.verdict == .better)
        #expect(failing.guardrails[0].challenger == 0.2)
    }

    @Test("a unit that tries again and again without success is one failure")
    func retries() {
        let control = Self.arm("control", units: 500, mean: 0.8, exposures: 1_000)
        let looping = Self.arm("challenger", units: 500, mean: 0.8, exposures: 2_000, failures: 1)

        let guardrail = Self.readout([control, looping], guardrails: ["error_rate"]).guardrails[0]
        #expect(guardrail.verdict != .fail)
        #expect(guardrail.challenger == 1.0 / 500)
    }

    @Test("guardrails say nothing before there is enough to see")
    func openGuardrails() {
        let arms = [
            Self.arm("control", units: 30, mean: 0.8, exposures: 30, p99: 1_000),
            Self.arm("challenger", units: 30, mean: 0.8, exposures: 30, failures: 1, p99: 99_000),
        ]

        #expect(Self.readout(arms, guardrails: ["error_rate", "latency_p99"]).guardrails.allSatisfy { $0.verdict == .undecided })
    }

    @Test("looked at 60 times, an experiment without a difference is called at most as often as promised")
    func typeOne() {
        var generator = SplitMix(state: 7)
        let streams = 200
        var called = 0
        for _ in 0..<streams {
            var sums = [(count: 0, mean: 0.0, m2: 0.0), (count: 0, mean: 0.0, m2: 0.0)]
            var isCalled = false
            for _ in 0..<60 {
                for arm in 0..<2 {
                    for _ in 0..<10 {
                        let value = generator.next() % 10 < 8 ? 1.0 : 0.0
                        sums[arm].count += 1
                        let delta = value - sums[arm].mean
                        sums[arm].mean += delta / Double(sums[arm].count)
                        sums[arm].m2 += delta * (value - sums[arm].mean)
                    }
                }
                let arms = zip(["control", "challenger"], sums).map { name, sum in
                    ArmOutcome(
                        variant: name, units: sum.count, exposures: sum.count, failures: 0, count: sum.count, mean: sum.mean, m2: sum.m2,
                        meanMicroseconds: 1, p99Microseconds: 1)
                }
                if [.better, .worse].contains(Self.readout(arms).verdict) { isCalled = true }
            }
            called += isCalled ? 1 : 0
        }

        // 5 % and three standard errors.
        #expect(Double(called) / Double(streams) <= 0.05 + 3 * (0.05 * 0.95 / Double(streams)).squareRoot())
    }
}

/// A seeded generator (Steele, Lea & Flood 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
