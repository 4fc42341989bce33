import Testing

@testable import TrainerService

@Suite("When labels start a run")
struct RetrainRuleTests {
    @Test(
        "enough newly labeled rows since the newest run's version start one, and nothing else does",
        arguments: [
            (100, 2, 200, .version(1, labeled: 100), true), (100, 2, 199, .version(1, labeled: 100), false),
            (100, 5, 260, .version(1, labeled: 100), true), (1, 2, 101, .version(1, labeled: 100), true),
            // Rows that lost their labels, and a version that is known already or older.
            (100, 2, 50, .version(1, labeled: 100), false), (100, 1, 300, .version(1, labeled: 100), false),
            (100, 1, 300, .version(2, labeled: 100), false),
            // The owner starts the first; a run that takes the newest version takes these labels as well.
            (1, 9, 900, .none, false), (1, 9, 900, .newest, false), (1, 9, 900, .version(1, labeled: nil), false),
            (0, 2, 100, .version(1, labeled: 100), false), (-5, 2, 100, .version(1, labeled: 100), false),
        ] as [(Int, Int, Int, RetrainRule.Base, Bool)])
    func rule(newLabels: Int, version: Int, labeled: Int, base: RetrainRule.Base, starts: Bool) {
        #expect(RetrainRule(newLabels: newLabels).starts(version: version, labeled: labeled, since: base) == starts)
    }
}
