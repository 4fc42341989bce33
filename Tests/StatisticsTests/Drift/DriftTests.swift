import Statistics
import Testing

/// Expected numbers: numpy, scipy 1.17.1 (jensenshannon squared in base 2, contingency.association, ks_2samp, wasserstein_distance).
@Suite("Drift")
struct DriftTests {
    private let reference = [50, 30, 20, 0]
    private let current = [20, 40, 30, 10]
    private let first = [1.0, 2.5, 2.5, 3.1, 4.7, 0.2, 9.0]
    private let second = [2.5, 3.3, 5.0, 6.1, 2.2]

    @Test(
        "distances of counts agree with the reference",
        arguments: [
            (CountDistance.psi, 0.6303965564806283), (.jensenShannon, 0.11034030477602405), (.hellinger, 0.30399522725047645),
            (.lInfinity, 0.3), (.cramersV, 0.3625307868699863),
        ] as [(CountDistance, Double)])
    func counts(distance: CountDistance, expected: Double) throws {
        #expect(isClose(try #require(distance.value(reference: reference, current: current)), expected))
    }

    @Test("distances of counts are zero for equal shares, symmetric and unknown without rows", arguments: CountDistance.allCases)
    func properties(distance: CountDistance) throws {
        let there = try #require(distance.value(reference: reference, current: current))
        let back = try #require(distance.value(reference: current, current: reference))
        let same = try #require(distance.value(reference: reference, current: reference))

        #expect(isClose(there, back) && abs(same) < 1e-12 && there > 0)
        #expect(distance.value(reference: reference, current: [0, 0, 0, 0]) == nil)
        #expect(try #require(distance.value(reference: [5, 0], current: [0, 5])).isFinite)
    }

    @Test(
        "distances between 0 and 1 reach 1 for disjoint shares",
        arguments: [
            CountDistance.jensenShannon, .hellinger, .lInfinity, .cramersV,
        ])
    func disjoint(distance: CountDistance) throws {
        #expect(isClose(try #require(distance.value(reference: [40, 0], current: [0, 70])), 1))
    }

    @Test(
        "distances of samples agree with scipy",
        arguments: [
            (SampleDistance.kolmogorovSmirnov, 0.3142857142857143), (.wasserstein, 1.3628571428571428),
        ] as [(SampleDistance, Double)])
    func samples(distance: SampleDistance, expected: Double) throws {
        #expect(isClose(try #require(distance.value(reference: first, current: second)), expected))
        #expect(isClose(try #require(distance.value(reference: second, current: first)), expected))
        #expect(distance.value(reference: first, current: first) == 0)
        #expect(distance.value(reference: first, current: []) == nil)
        #expect(distance.value(reference: first, current: [.nan]) == nil)
    }

    @Test("a shift moves Wasserstein's distance by just as much")
    func shift() throws {
        let distance = SampleDistance.wasserstein.value(reference: first, current: first.map { $0 + 2.5 })

        #expect(isClose(try #require(distance), 2.5))
    }

    @Test("the p-value of the Kolmogorov-Smirnov distance is near scipy's")
    func kolmogorovSmirnovPValue() {
        let pValue = SampleDistance.kolmogorovSmirnovPValue(distance: 0.125, first: 200, second: 150)

        #expect(abs(pValue - 0.1249) < 0.01)
        #expect(SampleDistance.kolmogorovSmirnovPValue(distance: 0, first: 5, second: 5) == 1)
        #expect(SampleDistance.kolmogorovSmirnovPValue(distance: 1, first: 100, second: 100) < 1e-20)
    }

    @Test("ten bins hold a tenth of the reference each, and ties share a bin")
    func bins() throws {
        let bins = try #require(QuantileBins(reference: (0..<1_000).map(Double.init)))
        let tied = try #require(QuantileBins(reference: Array(repeating: 0, count: 90) + (1...10).map(Double.init)))

        #expect(bins.counts((0..<1_000).map(Double.init)) == Array(repeating: 100, count: 10))
        #expect(bins.bin(-5) == 0 && bins.bin(1e9) == 9)
        #expect(tied.count == 2 && tied.bin(0) == 0 && tied.bin(0.5) == 1)
        #expect(QuantileBins(reference: [3, 3, 3])?.count == 1)
        #expect(QuantileBins(reference: []) == nil)
    }

    @Test("windows of the reference stay in the band as often as promised", arguments: CountDistance.allCases)
    func bandLevel(distance: CountDistance) throws {
        let reference = [400, 300, 200, 80, 20]
        let band = try #require(DriftBand(distance, reference: reference, windowCount: 150, level: 0.95, seed: 1))
        var generator = SeededGenerator(seed: 99)

        var alarms = 0
        for _ in 0..<400 {
            var window = [0, 0, 0, 0, 0]
            for _ in 0..<150 {
                let draw = generator.index(below: 1_000)
                window[draw < 400 ? 0 : draw < 700 ? 1 : draw < 900 ? 2 : draw < 980 ? 3 : 4] += 1
            }
            if band.isAlarming(try #require(distance.value(reference: reference, current: window))) { alarms += 1 }
        }

        // 5 % expected; the bound is three standard errors of both estimates.
        #expect(Double(alarms) / 400 < 0.05 + 0.045)
    }

    @Test("a drifted window leaves the band and a larger window narrows it", arguments: CountDistance.allCases)
    func bandPower(distance: CountDistance) throws {
        let reference = [400, 300, 200, 80, 20]
        let small = try #require(DriftBand(distance, reference: reference, windowCount: 100, replicates: 200, seed: 1))
        let large = try #require(DriftBand(distance, reference: reference, windowCount: 800, replicates: 200, seed: 1))
        let drifted = try #require(distance.value(reference: reference, current: [20, 20, 20, 20, 20]))

        #expect(small.isAlarming(drifted))
        #expect(!small.isAlarming(drifted, bound: drifted * 1.01))
        #expect(large.threshold < small.threshold && large.median < large.threshold)
        #expect(small == DriftBand(distance, reference: reference, windowCount: 100, replicates: 200, seed: 1))
    }

    @Test("the band of samples tells a shifted window from one of the reference", arguments: SampleDistance.allCases)
    func sampleBand(distance: SampleDistance) throws {
        var generator = SeededGenerator(seed: 5)
        let reference = (0..<600).map { _ in generator.normal() }
        let band = try #require(DriftBand(distance, reference: reference, windowCount: 100, replicates: 200, seed: 2))
        let same = try #require(distance.value(reference: reference, current: (0..<100).map { _ in generator.normal() }))
        let shifted = try #require(distance.value(reference: reference, current: (0..<100).map { _ in 0.8 + generator.normal() }))

        #expect(!band.isAlarming(same))
        #expect(band.isAlarming(shifted))
    }

    @Test("category counts merge and align over the union of names")
    func categories() {
        var counts = CategoryCounts(["a": 2, "b": 1])
        counts.merge(CategoryCounts(["b": 3]))
        counts.add("c")

        let aligned = counts.aligned(with: CategoryCounts(["z": 4, "a": 1]))

        #expect(aligned.categories == ["a", "b", "c", "z"])
        #expect(aligned.counts == [2, 4, 1, 0] && aligned.others == [1, 0, 0, 4])
        #expect(counts.total == 7)
    }
}
