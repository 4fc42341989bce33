import Testing

@testable import MeshCommand

@Suite("What applying a manifest did")
struct ApplyTests {
    @Test(
        "the revisions before and after tell",
        arguments: [(nil, 1, "created"), (3, 3, "unchanged"), (3, 4, "changed")] as [(Int?, Int, String)])
    func effect(old: Int?, new: Int, word: String) {
        #expect(ApplyCommand.effect(from: old, to: new) == word)
    }
}
