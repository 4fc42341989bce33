import Foundation
import Statistics
import Testing

@testable import Evaluation

@Suite("Intervals of percentiles")
struct OrderStatisticIntervalTests {
    @Test(
        "the ends are those of the binomial table",
        arguments: [
            // Median of 10: the 2nd and the 9th value hold it with 97.9 % (Conover 1999, table A3 of signs).
            (10, 0.5, 1, 8), (6, 0.5, 0, 5), (20, 0.5, 5, 14), (100, 0.5, 39, 60),
        ])
    func table(samples: Int, probability: Double, lower: Int, upper: Int) {
        let interval = OrderStatisticInterval(samples: samples, probability: probability)
        #expect(interval.lower == lower)
        #expect(interval.upper == upper)
    }

    @Test("too few samples leave an end open; the fewest that close it are ln 0.025 / ln p")
    func openEnds() {
        #expect(OrderStatisticInterval.fewest(probability: 0.99) == 368)
        #expect(OrderStatisticInterval(samples: 367, probability: 0.99).upper == nil)
        #expect(OrderStatisticInterval(samples: 368, probability: 0.99).upper == 367)
        #expect(OrderStatisticInterval(samples: 5, probability: 0.5).lower == nil)
        #expect(OrderStatisticInterval(samples: 0, probability: 0.5).upper == nil)
        #expect(OrderStatisticInterval(samples: 40, probability: 0.01).lower == nil)
    }

    @Test(
        "it covers the percentile of skewed times at least 95 % of the time, and not much more",
        arguments: [0.5, 0.9, 0.99])
    func coverage(probability: Double) {
        var generator = SeededGenerator(seed: 11)
        let samples = 400
        let truth = -log1p(-probability)
        let interval = OrderStatisticInterval(samples: samples, probability: probability)
        var covered = 0
        let trials = 1_000
        for _ in 0..<trials {
            let times = (0..<samples).map { _ in -log1p(-generator.uniform()) }.sorted()
            let low = interval.lower.map { times[$0] } ?? 0
            let high = interval.upper.map { times[$0] } ?? .infinity
            covered += low <= truth && truth <= high ? 1 : 0
        }
        // Conservative by construction: the binomial has steps.
        let share = Double(covered) / Double(trials)
        #expect(share > 0.935 && share < 0.99, "\(share)")
    }

    @Test("samples give the percentile with its interval, whatever their order")
    func estimate() {
        let times = (1...400).map(Double.init).shuffled()
        let found = LatencySamples(milliseconds: times, calibrations: []).estimate(probability: 0.5)
        #expect(found.value == 200.5)
        #expect(found.interval?.lower == 180)
        #expect(found.interval?.upper == 220 || found.interval?.upper == 221)
        #expect(found.count == 400)
        let few = LatencySamples(milliseconds: [1, 2], calibrations: []).estimate(probability: 0.99)
        #expect(few.interval?.upper == .infinity)
        #expect(few.verdict(atMost: 100) == .inconclusive)
        // Both lie below the percentile with a chance of 98 %: it is beyond them, and so beyond 0.5.
        #expect(few.verdict(atMost: 0.5) == .fail)
    }
}
