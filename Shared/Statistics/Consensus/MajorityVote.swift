/// Takes the class with most answers; the baseline that is shown beside any other method.
public struct MajorityVote: Sendable {
    public init() {}

    /// The posterior is the share of answers; gold items keep their label; annotators are measured against the winners.
    public func consensus(_ table: AnswerTable) -> Consensus {
        let votes = table.votes
        let posteriors = table.items.indices.map { item -> [Double] in
            if let truth = table.gold[item] { return table.classes.indices.map { $0 == truth ? 1 : 0 } }
            let total = Double(votes[item].reduce(0, +))
            return votes[item].map { Double($0) / total }
        }
        let items = table.items.indices.map {
            ItemConsensus(
                item: table.items[$0], posterior: posteriors[$0], votes: votes[$0], classes: table.classes,
                isGold: table.gold[$0] != nil)
        }
        let winners = posteriors.map { posterior in posterior.indices.map { $0 == Self.best(posterior) ? 1.0 : 0 } }
        let parameters = DawidSkene.Parameters(table, posteriors: winners, prior: nil)
        return Consensus(
            classes: table.classes, items: items, annotators: parameters.annotators(table),
            classPriors: parameters.classPriors, method: "majority", iterations: 0, isConverged: true)
    }

    private static func best(_ posterior: [Double]) -> Int {
        posterior.indices.reduce(0) { posterior[$1] > posterior[$0] ? $1 : $0 }
    }
}
