import Foundation

/// Finds true classes and each annotator's confusions together, by EM (Dawid & Skene 1979).
///
/// With a prior it gives the maximum a posteriori estimate, which few answers do not lead astray; without one, the maximum
/// likelihood of the paper. Gold items keep their class throughout.
public struct DawidSkene: Sendable {
    /// What is thought before any answer is seen, in pseudo-answers (a Dirichlet distribution with parameters 1 + pseudo-answers).
    public struct Prior: Sendable, Equatable, Codable {
        /// Items of each class seen beforehand.
        public var itemsPerClass = 1.0
        /// The share of right answers of an annotator who has not answered yet.
        public var accuracy = 0.7
        /// How many answers for each true class that belief is worth.
        public var answers = 4.0

        public init(itemsPerClass: Double = 1, accuracy: Double = 0.7, answers: Double = 4) {
            self.itemsPerClass = itemsPerClass
            self.accuracy = accuracy
            self.answers = answers
        }

        func pseudoAnswers(isRight: Bool, classes: Int) -> Double {
            isRight ? answers * accuracy : answers * (1 - accuracy) / Double(max(classes - 1, 1))
        }
    }

    private let prior: Prior?
    private let maximumIterations: Int
    private let tolerance: Double

    /// Without a prior: maximum likelihood. Ends when no posterior changes by more than `tolerance`.
    public init(prior: Prior? = Prior(), maximumIterations: Int = 500, tolerance: Double = 1e-7) {
        self.prior = prior
        self.maximumIterations = maximumIterations
        self.tolerance = tolerance
    }

    public func consensus(_ table: AnswerTable) -> Consensus {
        let votes = table.votes
        var posteriors = votes.indices.map { item in
            clamped(table, item: item) ?? votes[item].map { Double($0) / Double(max(votes[item].reduce(0, +), 1)) }
        }
        var parameters = Parameters(table, posteriors: posteriors, prior: prior)
        var iterations = 0
        var change = Double.infinity
        while change > tolerance, iterations < maximumIterations {
            let next = expectation(table, parameters)
            change = zip(posteriors, next).reduce(0) { max($0, zip($1.0, $1.1).reduce(0) { max($0, abs($1.0 - $1.1)) }) }
            posteriors = next
            parameters = Parameters(table, posteriors: posteriors, prior: prior)
            iterations += 1
        }
        let items = table.items.indices.map {
            ItemConsensus(
                item: table.items[$0], posterior: posteriors[$0], votes: votes[$0], classes: table.classes,
                isGold: table.gold[$0] != nil)
        }
        return Consensus(
            classes: table.classes, items: items, annotators: parameters.annotators(table),
            classPriors: parameters.classPriors, method: prior == nil ? "dawid-skene-ml" : "dawid-skene-map",
            iterations: iterations, isConverged: change <= tolerance)
    }

    private func clamped(_ table: AnswerTable, item: Int) -> [Double]? {
        table.gold[item].map { truth in table.classes.indices.map { $0 == truth ? 1 : 0 } }
    }

    /// The probability of each class of each item, by equation 2.5, in logarithms.
    private func expectation(_ table: AnswerTable, _ parameters: Parameters) -> [[Double]] {
        let logPriors = parameters.classPriors.map { log($0) }
        let logConfusions = parameters.confusions.map { $0.map { $0.map { log($0) } } }
        var scores = Array(repeating: logPriors, count: table.items.count)
        for entry in table.entries {
            let confusion = logConfusions[entry.annotator]
            for truth in table.classes.indices { scores[entry.item][truth] += confusion[truth][entry.label] }
        }
        return scores.indices.map { item in clamped(table, item: item) ?? Self.normalized(scores[item]) }
    }

    private static func normalized(_ scores: [Double]) -> [Double] {
        let largest = scores.max() ?? 0
        // Every class impossible: can only be rounding, and then nothing is known.
        guard largest > -.infinity else { return scores.map { _ in 1 / Double(scores.count) } }
        let values = scores.map { exp($0 - largest) }
        let sum = values.reduce(0, +)
        return values.map { $0 / sum }
    }
}
