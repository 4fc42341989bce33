import Foundation
import Statistics
import Testing

@Suite("Rank correlation")
struct RankCorrelationTests {
    @Test("it agrees with scipy, ties included, and its interval with the formula")
    func scipy() throws {
        let found = try #require(RankCorrelation([3, 1, 4, 1, 5, 9, 2, 6], [2, 1, 8, 1.5, 4, 8, 2.5, 7]))
        let interval = try #require(found.estimate().interval)
        let half = 1.959963984540054 * ((1 + found.value * found.value / 2) / 5).squareRoot()

        #expect(isClose(found.value, 0.8674698795180724))
        #expect(isClose(interval.lower, tanh(atanh(found.value) - half)) && isClose(interval.upper, tanh(atanh(found.value) + half)))
    }

    @Test("perfect order keeps an open end, three pairs have no interval, a constant has no correlation")
    func ends() throws {
        let perfect = try #require(RankCorrelation([1, 2, 3, 4, 5], [10, 20, 30, 40, 50])).estimate()

        #expect(perfect.value == 1 && perfect.interval?.upper == 1)
        #expect((perfect.interval?.lower ?? 1) < 0.9)
        #expect(try #require(RankCorrelation([1, 2, 3], [3, 1, 2])).estimate().interval == nil)
        #expect(RankCorrelation([1, 1, 1], [1, 2, 3]) == nil && RankCorrelation([1], [1]) == nil)
    }

    @Test("the interval covers the correlation of normal pairs 93 to 97 % of the time")
    func coverage() {
        var generator = SeededGenerator(seed: 12)
        // Spearman's correlation of normal pairs with correlation 0.6.
        let truth = 6 / Double.pi * asin(0.3)
        let covered = (0..<2_000).count { _ in
            let x = (0..<40).map { _ in generator.normal() }
            let y = x.map { 0.6 * $0 + 0.8 * generator.normal() }
            return RankCorrelation(x, y)?.estimate().interval?.contains(truth) == true
        }

        #expect((0.93...0.97).contains(Double(covered) / 2_000), "\(covered)")
    }
}
