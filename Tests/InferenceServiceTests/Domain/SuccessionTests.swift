import Contracts
import Testing

@testable import InferenceService

@Suite("Which version serves while its successor is loaded")
struct SuccessionTests {
    static let old = ModelFixture.model([1, 2].map { ModelFixture.version($0) }, aliases: ["champion": 1])
    static let new = ModelFixture.model(old.versions, aliases: ["champion": 2])

    @Test("an alias moves when what it moves to is there")
    func moves() {
        let served = Succession.serve(Self.new, after: Self.old) { _, _ in false }
        #expect(served === Self.new)
        #expect(served.standard?.number == 2)
    }

    @Test("an alias stays while what it moves to is not there, and other aliases move")
    func waits() {
        let both = ModelFixture.model(Self.old.versions, aliases: ["champion": 2, "candidate": 2])
        let served = Succession.serve(both, after: Self.old) { old, new in old.number == 1 && new.number == 2 }
        #expect(served.standard?.number == 1)
        #expect(served.version("candidate")?.number == 2)
        #expect(served.version("2")?.number == 2)
    }

    @Test("a version whose file changed serves from the old one until the new one is there")
    func replaced() {
        let changed = ModelFixture.model([ModelFixture.version(1, file: 9), Self.old.versions[1]], aliases: ["champion": 1])
        let waiting = Succession.serve(changed, after: Self.old) { _, _ in true }
        #expect(waiting.standard === Self.old.versions[0])
        let done = Succession.serve(changed, after: waiting) { _, _ in false }
        #expect(done.standard === changed.versions[0])
    }

    @Test("what is new, and what is not declared any more, is served as declared")
    func declared() {
        #expect(Succession.serve(Self.new, after: nil) { _, _ in true } === Self.new)
        let without = ModelFixture.model([Self.old.versions[1]], aliases: ["champion": 2])
        #expect(Succession.serve(without, after: Self.old) { _, _ in true }.standard?.number == 2)
    }

    @Test("a substitute serves where nothing waits for what an alias stands for, and only for that alias")
    func substitute() {
        let both = ModelFixture.model(Self.old.versions, aliases: ["champion": 2, "first": 1])
        let served = Succession.serve(
            both, after: nil, waits: { _, _ in true }, substitute: { $0.number == 2 ? Self.old.versions[0] : nil })
        #expect(served.standard?.number == 1)
        #expect(served.version("first")?.number == 1)
        #expect(served.version("2")?.number == 2)
        let kept = Succession.serve(Self.new, after: Self.old, waits: { _, _ in true }, substitute: { _ in Self.old.versions[1] })
        #expect(kept.standard?.number == 1)
    }
}
