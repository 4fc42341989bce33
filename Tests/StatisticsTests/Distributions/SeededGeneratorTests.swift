import Testing

@testable import Statistics

@Suite("Seeded generator")
struct SeededGeneratorTests {
    @Test("xoshiro256++ gives the published sequence")
    func publishedSequence() {
        var generator = SeededGenerator(state: (1, 2, 3, 4))

        let first = (0..<5).map { _ in generator.next() }

        #expect(first == [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205])
    }

    @Test("the same seed gives the same sequence and another seed another")
    func seeds() {
        var first = SeededGenerator(seed: 7)
        var again = SeededGenerator(seed: 7)
        var other = SeededGenerator(seed: 8)

        let sequence = (0..<20).map { _ in first.next() }

        #expect(sequence == (0..<20).map { _ in again.next() })
        #expect(sequence != (0..<20).map { _ in other.next() })
    }

    @Test("draws have the moments of their distribution")
    func moments() {
        var generator = SeededGenerator(seed: 11)
        var normal = Moments()
        var gamma = Moments()
        var beta = Moments()
        for _ in 0..<20_000 {
            normal.add(generator.normal())
            gamma.add(generator.gamma(shape: 2.5))
            beta.add(generator.beta(2, 6))
        }

        #expect(abs(normal.mean) < 0.03)
        #expect(abs(normal.variance - 1) < 0.05)
        #expect(abs(gamma.mean - 2.5) < 0.05)
        #expect(abs(gamma.variance - 2.5) < 0.15)
        #expect(abs(beta.mean - 0.25) < 0.005)
    }

    @Test("a shuffle keeps the elements and an index stays in range")
    func shuffle() {
        var generator = SeededGenerator(seed: 3)
        var cards = Array(0..<52)

        generator.shuffle(&cards)

        #expect(cards != Array(0..<52))
        #expect(cards.sorted() == Array(0..<52))
        #expect((0..<1_000).allSatisfy { _ in (0..<3).contains(generator.index(below: 3)) })
    }
}
