import Contracts
import Statistics

/// Trials in the order of the worse end of their intervals, and whether the rows can tell the first from the others.
struct Leaderboard: Sendable, Hashable {
    /// A difference counts when the intervals of all comparisons with the leader hold together with this confidence (Bonferroni).
    static let confidence = 0.95

    /// Best first; unmeasured trials last. A combination stands here once, at its highest rung.
    let trials: [SearchTrial]
    /// The trial that is better than every other beyond doubt.
    let crowned: SearchTrial?
    /// One sentence for the owner.
    let outcome: String

    /// Ranks trials without telling whether the leader is better beyond doubt.
    static func ranked(_ trials: [SearchTrial], higherIsBetter: Bool) -> [SearchTrial] {
        let latest = Dictionary(grouping: trials, by: \.trial).values.compactMap { rungs in
            rungs.filter { $0.value != nil }.max { $0.rung < $1.rung } ?? rungs.max { $0.rung < $1.rung }
        }
        let measured = latest.filter { $0.value != nil }.sorted {
            ($0.rung, $0.score(higherIsBetter), -$0.trial) > ($1.rung, $1.score(higherIsBetter), -$1.trial)
        }
        let ranks = measured.enumerated().map { index, trial in
            var trial = trial
            trial.rank = index + 1
            return trial
        }
        return ranks + latest.filter { $0.value == nil }.sorted { $0.trial < $1.trial }
    }

    /// Compares the leader with every other measured trial on the same rows.
    ///
    /// - Parameter rows: what the model of a run said.
    init(_ trials: [SearchTrial], metric: Metric, rows: (String) throws -> ScoredRows) throws {
        var ranked = Self.ranked(trials, higherIsBetter: metric.higherIsBetter)
        guard let leader = ranked.first, leader.value != nil else {
            (self.trials, crowned, outcome) = (ranked, nil, "No trial could be measured.")
            return
        }
        let others = ranked.indices.dropFirst().filter { ranked[$0].value != nil }
        let level = 1 - (1 - Self.confidence) / Double(max(1, others.count))
        let best = try rows(leader.run)
        ranked[0].standing = .leader
        for index in others {
            let comparison = try metric.compare(champion: try rows(ranked[index].run), candidate: best, level: level)
            ranked[index].standing = Self.isBetter(comparison) ? .worse : .tied
        }
        let tied = others.filter { ranked[$0].standing == .tied }
        self.trials = ranked
        crowned = tied.isEmpty ? ranked[0] : nil
        outcome = Self.sentence(ranked[0], others: others.count, tied: tied.map { ranked[$0].trial }, metric: metric.name)
    }

    private static func isBetter(_ comparison: PairedComparison) -> Bool {
        guard let interval = comparison.difference.interval else { return false }
        return comparison.higherIsBetter ? interval.lower > 0 : interval.upper < 0
    }

    private static func sentence(_ leader: SearchTrial, others: Int, tied: [Int], metric: String) -> String {
        let rows = leader.rows.map { " on \($0) rows" } ?? ""
        guard others > 0 else { return "Trial \(leader.trial) is the only one that was measured." }
        guard !tied.isEmpty else {
            return "Trial \(leader.trial) has the best \(metric)\(rows), beyond doubt against each of \(others) others."
        }
        let names = tied.prefix(8).map(String.init).joined(separator: ", ") + (tied.count > 8 ? " and \(tied.count - 8) more" : "")
        return "A tie: the rows cannot tell trial \(leader.trial) from \(names) by \(metric)\(rows), so that none is crowned."
    }
}

extension SearchTrial {
    /// The worse end of the interval, turned so that higher is better; the value itself where there is no interval.
    func score(_ higherIsBetter: Bool) -> Double {
        guard let value else { return -.infinity }
        return higherIsBetter ? lower ?? value : -(upper ?? value)
    }
}
