import Statistics
import Testing

/// Data: Krippendorff 2011, section C (4 observers, 12 units, missing answers).
@Suite("Agreement")
struct AgreementTests {
    private let observers: [[Double?]] = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nil, nil, nil],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nil, 3],
        [nil, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nil],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nil],
    ]

    private var units: [[Double]] { (0..<12).map { unit in observers.compactMap { $0[unit] } } }

    @Test(
        "alpha gives the published numbers",
        arguments: [
            (MeasurementScale.nominal, 0.743421052631579), (.ordinal, 0.8153875037548814), (.interval, 0.8491071428571428),
            (.ratio, 0.7974027747116121),
        ] as [(MeasurementScale, Double)])
    func alpha(scale: MeasurementScale, expected: Double) throws {
        let alpha = KrippendorffAlpha(units: units, scale: scale)

        #expect(isClose(try #require(alpha.value), expected, within: 1e-12))
        #expect(alpha.unitCount == 11)
    }

    @Test("alpha does not depend on the order of units or answers, nor on the names", arguments: MeasurementScale.allCases)
    func invariance(scale: MeasurementScale) throws {
        let shuffled = units.reversed().map { Array($0.reversed()) }
        let value = try #require(KrippendorffAlpha(units: units, scale: scale).value)

        #expect(isClose(try #require(KrippendorffAlpha(units: shuffled, scale: scale).value), value, within: 1e-12))
        let names = units.map { $0.map { "class \(9 - $0)" } }
        #expect(isClose(try #require(KrippendorffAlpha(nominal: names).value), 0.743421052631579, within: 1e-12))
    }

    @Test("alpha is 1 for full agreement, about 0 for chance and unknown where all answers are the same")
    func extremes() throws {
        var generator = SeededGenerator(seed: 1)
        let chance = (0..<2_000).map { _ in [Double(generator.index(below: 3)), Double(generator.index(below: 3))] }

        #expect(KrippendorffAlpha(units: [[1, 1], [2, 2, 2], [3, 3]], scale: .interval).value == 1)
        #expect(abs(try #require(KrippendorffAlpha(units: chance, scale: .nominal).value)) < 0.05)
        #expect(KrippendorffAlpha(units: [[1, 1], [1, 1]], scale: .nominal).value == nil)
        #expect(KrippendorffAlpha(units: [[1], []], scale: .nominal).value == nil)
    }

    @Test("alpha's bootstrap interval holds alpha and follows from the seed")
    func bootstrap() throws {
        let alpha = KrippendorffAlpha(units: units, scale: .nominal)
        let estimate = try #require(alpha.estimate(Bootstrap(seed: 1)))
        let interval = try #require(estimate.interval)

        #expect(interval.contains(estimate.value) && interval.width > 0.1 && interval.upper <= 1)
        #expect(alpha.estimate(Bootstrap(seed: 1)) == estimate)
    }

    @Test(
        "kappa and its interval agree with statsmodels",
        arguments: [
            (CohenKappa.Weights.none, 0.6460674157303372, 0.5147623666308192, 0.7773724648298552),
            (.linear, 0.7062023939064199, 0.5872793215442826, 0.8251254662685572),
            (.quadratic, 0.7626582278481012, 0.6434638918925306, 0.8818525638036718),
        ] as [(CohenKappa.Weights, Double, Double, Double)])
    func cohen(weights: CohenKappa.Weights, value: Double, lower: Double, upper: Double) throws {
        var first: [Int] = []
        var second: [Int] = []
        for (row, counts) in [[22, 5, 2], [3, 17, 6], [1, 4, 30]].enumerated() {
            for (column, count) in counts.enumerated() {
                first += Array(repeating: row, count: count)
                second += Array(repeating: column, count: count)
            }
        }

        let estimate = try #require(CohenKappa(first: first, second: second, categories: 3, weights: weights).estimate())
        let interval = try #require(estimate.interval)

        #expect(isClose(estimate.value, value))
        #expect(isClose(interval.lower, lower, within: 1e-6))
        #expect(isClose(interval.upper, upper, within: 1e-6))
    }

    @Test("kappa is unknown where only one answer was ever given")
    func cohenDegenerate() {
        #expect(CohenKappa(first: [1, 1], second: [1, 1], categories: 2).estimate() == nil)
        #expect(CohenKappa(first: [], second: [], categories: 2).estimate() == nil)
    }

    @Test("Fleiss' kappa of ten subjects and fourteen raters is .21")
    func fleiss() throws {
        let kappa = try #require(
            FleissKappa(items: [
                [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
                [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
            ]))

        #expect(abs(try #require(kappa.value) - 0.210) < 0.0005)
        #expect(kappa.estimate(Bootstrap(seed: 2))?.interval?.contains(0.21) == true)
        #expect(FleissKappa(items: [[1, 1], [2, 1]]) == nil)
    }
}
