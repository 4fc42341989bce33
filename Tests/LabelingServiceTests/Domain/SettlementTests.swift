import Contracts
import Testing

@testable import LabelingService

@Suite("Settlement")
struct SettlementTests {
    /// Answers, answers asked for so far, and what comes of them; overlap 2, at most 3, agreement 0.8.
    static let cases: [(answers: [JSONValue], needed: Int, outcome: Settlement)] = [
        ([], 2, .waits(needed: 2)),
        ([1], 2, .waits(needed: 2)),
        ([1, 1], 2, .settled(label: 1, isTied: false)),
        ([1, 2], 2, .waits(needed: 3)),
        ([1, 2], 3, .waits(needed: 3)),
        ([1, 2, 2], 3, .settled(label: 2, isTied: false)),
        ([2, 1, 0], 3, .settled(label: 0, isTied: true)),
    ]

    @Test("answers settle a label by majority, or ask for one more person", arguments: cases)
    func settles(answers: [JSONValue], needed: Int, outcome: Settlement) {
        #expect(Settlement(answers: answers, choices: [0, 1, 2], needed: needed, agreement: 0.8, most: 3) == outcome)
    }

    @Test("agreement of exactly the share that is asked is enough")
    func exactShare() {
        let answers: [JSONValue] = [1, 1, 1, 1, 0]

        #expect(
            Settlement(answers: answers, choices: [0, 1], needed: 5, agreement: 0.8, most: 6) == .settled(label: 1, isTied: false))
        #expect(Settlement(answers: answers, choices: [0, 1], needed: 5, agreement: 0.81, most: 6) == .waits(needed: 6))
    }

    @Test("two equal halves are no agreement, however little is asked")
    func halves() {
        #expect(Settlement(answers: [0, 1], choices: [0, 1], needed: 2, agreement: 0.5, most: 3) == .waits(needed: 3))
    }

    @Test("a number is the choice that it equals, however it was written")
    func choices() throws {
        let rules = try Fixtures.rules()

        #expect(rules.choice(.number(2.0)) == .integer(2))
        #expect(rules.choice("2") == nil)
        #expect(rules.choice(3) == nil)
    }

    @Test("a classifier's classes are the choices where the manifest lists none")
    func derivedChoices() throws {
        var manifest = try Fixtures.capability()
        manifest.labeling?.choices = nil

        #expect(try LabelingRules(manifest).choices == [0, 1, 2])

        manifest.labeling = nil
        #expect(throws: Problem.self) { try LabelingRules(manifest) }
    }
}
