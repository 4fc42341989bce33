import Statistics
import Testing

/// Data: the spatial test of 26 children (Efron & Tibshirani 1993, table 14.1).
@Suite("Bootstrap")
struct BootstrapTests {
    private let scores: [Double] = [
        48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41,
    ]

    private func spread(_ rows: [Int]) -> Double {
        let moments = Moments(rows.map { scores[$0] })
        return moments.m2 / Double(moments.count)
    }

    @Test("BCa gives the published interval of the variance, where the percentile interval is too low")
    func bca() throws {
        let bootstrap = Bootstrap(seed: 1, replicates: 4_000, level: 0.9)

        let estimate = try #require(bootstrap.bca(count: 26, statistic: spread))
        let interval = try #require(estimate.interval)
        let percentile = try #require(bootstrap.percentile(count: 26, statistic: spread)?.interval)

        // Published: (115.8, 259.6); scipy.stats.bootstrap with 40,000 resamples: (115.79, 260.71).
        #expect(isClose(estimate.value, 171.53402366863904))
        #expect(abs(interval.lower - 115.8) < 3)
        #expect(abs(interval.upper - 260) < 6)
        #expect(percentile.upper < 240)
    }

    @Test("the percentile interval of a mean agrees with scipy's")
    func percentile() throws {
        let bootstrap = Bootstrap(seed: 2, replicates: 4_000)

        let estimate = bootstrap.percentile(count: 26) { rows in rows.reduce(0) { $0 + scores[$1] } / Double(rows.count) }
        let interval = try #require(estimate?.interval)

        #expect(abs(interval.lower - 24.5) < 0.4)
        #expect(abs(interval.upper - 34.58) < 0.4)
    }

    @Test("the seed decides the interval")
    func seed() {
        let first = Bootstrap(seed: 3, replicates: 200).bca(count: 26, statistic: spread)

        #expect(first == Bootstrap(seed: 3, replicates: 200).bca(count: 26, statistic: spread))
        #expect(first != Bootstrap(seed: 4, replicates: 200).bca(count: 26, statistic: spread))
    }

    @Test("one row gives a value and no interval")
    func oneRow() {
        let estimate = Bootstrap(seed: 1).bca(count: 1, statistic: spread)

        #expect(estimate?.value == 0)
        #expect(estimate?.interval == nil)
    }
}
