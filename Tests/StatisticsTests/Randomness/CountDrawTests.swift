import Statistics
import Testing

@Suite("Draws of counts")
struct CountDrawTests {
    @Test(
        "binomial draws have the binomial distribution, by inversion and by rejection",
        arguments: [(12, 0.3), (40, 0.4), (60, 0.75), (30, 0.02)] as [(Int, Double)])
    func binomial(trials: Int, probability: Double) throws {
        var generator = SeededGenerator(seed: 5)
        var counts = [Int](repeating: 0, count: trials + 1)
        for _ in 0..<20_000 { counts[generator.binomial(trials: trials, probability: probability)] += 1 }

        // Pascal's triangle; cells that expect fewer than 5 are pooled with the last.
        var masses = [1.0]
        for _ in 0..<trials {
            masses = (0...masses.count).map {
                ($0 > 0 ? masses[$0 - 1] * probability : 0) + ($0 < masses.count ? masses[$0] * (1 - probability) : 0)
            }
        }
        let usual = masses.indices.filter { masses[$0] * 20_000 >= 5 }
        let rest = masses.indices.filter { masses[$0] * 20_000 < 5 }
        let test = try #require(
            ChiSquaredTest(
                counts: usual.map { counts[$0] } + [rest.reduce(0) { $0 + counts[$1] }],
                weights: usual.map { masses[$0] } + [rest.reduce(1e-12) { $0 + masses[$1] }]))

        #expect(test.pValue > 0.001)
    }

    @Test("multinomial draws deal out every trial, in proportion, and none to an empty cell")
    func multinomial() {
        var generator = SeededGenerator(seed: 6)
        var sums = [0, 0, 0, 0]
        var cells = sums
        for _ in 0..<400 {
            generator.multinomial(trials: 1_000, weights: [5, 0, 3, 2], into: &cells)
            #expect(cells.reduce(0, +) == 1_000)
            for cell in cells.indices { sums[cell] += cells[cell] }
        }

        #expect(sums[1] == 0)
        // Five standard errors of the mean of 400 draws.
        #expect(abs(Double(sums[0]) / 400 - 500) < 4 && abs(Double(sums[3]) / 400 - 200) < 3.2)
    }

    @Test("edges are certain")
    func edges() {
        var generator = SeededGenerator(seed: 7)

        #expect(generator.binomial(trials: 9, probability: 1) == 9)
        #expect(generator.binomial(trials: 9, probability: 0) == 0)
        #expect(generator.binomial(trials: 0, probability: 0.5) == 0)
    }
}
