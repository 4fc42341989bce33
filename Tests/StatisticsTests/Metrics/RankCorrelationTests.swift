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

    @Test("ranks are those of a plain count, for negative and huge numbers, zeros of both signs and many ties", arguments: [1, 2, 3])
    func ranks(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let special = [0.0, -0.0, 1e300, -1e300, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .infinity, -.infinity]
        let x = (0..<300).map { _ in
            generator.index(below: 4) == 0 ? special[generator.index(below: 8)] : (generator.normal() * 20).rounded()
        }
        let y = (0..<300).map { _ in generator.normal() }
        func ranks(_ values: [Double]) -> [Double] {
            values.map { value in
                Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
            }
        }
        let (first, second) = (ranks(x).map { $0 - 150.5 }, ranks(y).map { $0 - 150.5 })
        let products = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
        let spread = first.reduce(0) { $0 + $1 * $1 } * second.reduce(0) { $0 + $1 * $1 }

        #expect(isClose(try #require(RankCorrelation(x, y)).value, products / spread.squareRoot()))
    }
}
