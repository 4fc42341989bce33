import Contracts
import Statistics
import Testing

@testable import TrainerService

@Suite("The leaderboard of a search")
struct LeaderboardTests {
    /// A trial that is right on the rows named, of 200.
    private func trial(_ number: Int, right: Set<Int>, rung: Int = 0) throws -> (SearchTrial, ScoredRows) {
        let rows = try ScoredRows(
            labels: Array(repeating: 1, count: 200), predictions: (0..<200).map { right.contains($0) ? 1 : 0 }, classes: 2)
        let estimate = try Metric.named("accuracy").measure(rows)
        let trial = SearchTrial(
            trial: number, rung: rung, run: "run-\(number)-\(rung)", state: .succeeded, parameters: [:], value: estimate.value,
            lower: estimate.interval?.lower, upper: estimate.interval?.upper, rows: 200)
        return (trial, rows)
    }

    private func board(_ trials: [(SearchTrial, ScoredRows)], unmeasured: [SearchTrial] = []) throws -> Leaderboard {
        let rows = Dictionary(trials.map { ($0.0.run, $0.1) }) { first, _ in first }
        return try Leaderboard(trials.map(\.0) + unmeasured, metric: try Metric.named("accuracy")) { run in
            guard let found = rows[run] else { throw JobFailure(run) }
            return found
        }
    }

    @Test("a leader that is better beyond doubt is crowned")
    func crowned() throws {
        let found = try board([try trial(0, right: Set(0..<120)), try trial(1, right: Set(0..<190)), try trial(2, right: Set(0..<150))])
        #expect(found.trials.map(\.trial) == [1, 2, 0])
        #expect(found.trials.map(\.rank) == [1, 2, 3])
        #expect(found.trials.map(\.standing) == [.leader, .worse, .worse])
        #expect(found.crowned?.trial == 1)
    }

    @Test("a lead that the rows cannot tell from chance is a tie: nobody is crowned, and the sentence says with whom")
    func tie() throws {
        let found = try board([try trial(0, right: Set(0..<120)), try trial(1, right: Set(0..<190)), try trial(2, right: Set(3..<190))])
        #expect(found.trials.map(\.standing) == [.leader, .tied, .worse])
        #expect(found.crowned == nil)
        #expect(found.outcome == "A tie: the rows cannot tell trial 1 from 2 by accuracy on 200 rows, so that none is crowned.")
    }

    @Test("the more trials there are, the more a lead must be: the best of many equals is not crowned by luck")
    func manyTrials() throws {
        // Right on seven more rows than each of the others: enough against one, not against forty.
        let leader = try trial(0, right: Set(0..<187))
        let one = try trial(1, right: Set(7..<187))
        #expect(try board([leader, one]).crowned?.trial == 0)
        #expect(try board([leader] + (1...40).map { try trial($0, right: Set(7..<187)) }).crowned == nil)
    }

    @Test("simulated equals: of searches among ten models that are equally good hardly any crowns one")
    func falseCrowns() throws {
        var generator = SeededGenerator(seed: 11)
        var crowns = 0
        for _ in 0..<200 {
            let trials = try (0..<10).map { number in
                try trial(number, right: Set((0..<200).filter { _ in generator.uniform() < 0.8 }))
            }
            if try board(trials).crowned != nil { crowns += 1 }
        }
        #expect(crowns <= 10, "\(crowns) of 200")
    }

    @Test("ranks follow the lower bound, a combination stands at its highest rung, and what has no value comes last")
    func ranks() throws {
        let low = SearchTrial(trial: 0, rung: 0, run: "a", state: .succeeded, parameters: [:], value: 0.9, lower: 0.5, upper: 1, rows: 4)
        let sure = SearchTrial(
            trial: 1, rung: 0, run: "b", state: .succeeded, parameters: [:], value: 0.8, lower: 0.7, upper: 0.9, rows: 90)
        let failed = SearchTrial(trial: 2, rung: 0, run: "c", state: .failed, parameters: [:])
        #expect(Leaderboard.ranked([low, failed, sure], higherIsBetter: true).map(\.trial) == [1, 0, 2])
        #expect(Leaderboard.ranked([low, sure], higherIsBetter: false).map(\.trial) == [1, 0])
        var promoted = low
        (promoted.rung, promoted.run) = (1, "d")
        #expect(Leaderboard.ranked([low, sure, promoted], higherIsBetter: true).map(\.run) == ["d", "b"])
    }

    @Test("with nothing measured nobody is crowned")
    func nothing() throws {
        let failed = SearchTrial(trial: 0, rung: 0, run: "c", state: .failed, parameters: [:])
        #expect(try board([], unmeasured: [failed]).crowned == nil)
        #expect(try board([], unmeasured: [failed]).outcome == "No trial could be measured.")
    }
}
