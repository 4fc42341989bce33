import Statistics
import Testing

@testable import MLflow

@Suite("Run names")
struct RunNameTests {
    @Test("a name follows from the seed, and reads adjective-noun-NNN")
    func names() {
        var one = SeededGenerator(seed: 3)
        var other = SeededGenerator(seed: 3)
        let names = (0..<500).map { _ in RunName.random(using: &one) }

        #expect(names == (0..<500).map { _ in RunName.random(using: &other) })
        #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z]+-[a-z]+-[1-9][0-9]{2}/) != nil })
        #expect(Set(names).count > 490)
    }

    @Test("no word stands twice in its list")
    func words() {
        #expect(Set(RunName.adjectives).count == RunName.adjectives.count)
        #expect(Set(RunName.nouns).count == RunName.nouns.count)
    }
}
