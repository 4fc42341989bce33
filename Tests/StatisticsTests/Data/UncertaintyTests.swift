import Statistics
import Testing

@Suite("Uncertainty")
struct UncertaintyTests {
    @Test("a sure row scores 0 and an even one 1", arguments: Uncertainty.allCases, 2...5)
    func extremes(measure: Uncertainty, classes: Int) {
        #expect(isClose(measure.score([1] + Array(repeating: 0, count: classes - 1)), 0))
        #expect(isClose(measure.score(Array(repeating: 1 / Double(classes), count: classes)), 1))
    }

    @Test(
        "each measure follows its formula",
        arguments: [
            (Uncertainty.leastConfidence, 0.6), (.margin, 0.7), (.entropy, 0.8173454221465101),
        ] as [(Uncertainty, Double)])
    func values(measure: Uncertainty, expected: Double) {
        // For .6 .3 .1: 0.4 * 3 / 2; 1 - (.6 - .3); entropy .8979457 / ln 3.
        #expect(isClose(measure.score([0.6, 0.3, 0.1]), expected, within: 1e-7))
        #expect(isClose(measure.score([0.1, 0.6, 0.3]), expected, within: 1e-7))
    }
}
