extension DawidSkene {
    /// Class shares and each annotator's confusions, estimated from posteriors (equations 2.3 and 2.4).
    struct Parameters {
        let classPriors: [Double]
        /// By annotator, true class, answer.
        let confusions: [[[Double]]]

        init(_ table: AnswerTable, posteriors: [[Double]], prior: Prior?) {
            let classes = table.classes.count
            var shares = Array(repeating: prior?.itemsPerClass ?? 0, count: classes)
            for posterior in posteriors { for truth in 0..<classes { shares[truth] += posterior[truth] } }
            let total = shares.reduce(0, +)
            classPriors = shares.map { $0 / total }

            let start = (0..<classes).map { truth in
                (0..<classes).map { prior?.pseudoAnswers(isRight: $0 == truth, classes: classes) ?? 0 }
            }
            var counts = Array(repeating: start, count: table.annotators.count)
            for entry in table.entries {
                let posterior = posteriors[entry.item]
                for truth in 0..<classes { counts[entry.annotator][truth][entry.label] += posterior[truth] }
            }
            confusions = counts.map { $0.map(Self.shares) }
        }

        /// Without an answer for a true class nothing is known about it: each answer is as likely.
        private static func shares(_ counts: [Double]) -> [Double] {
            let sum = counts.reduce(0, +)
            return sum > 0 ? counts.map { $0 / sum } : counts.map { _ in 1 / Double(counts.count) }
        }

        /// The quality of each annotator; accuracy weighs true classes by their share.
        func annotators(_ table: AnswerTable) -> [AnnotatorQuality] {
            let gold = table.goldAccuracy
            var answers = [Int](repeating: 0, count: table.annotators.count)
            for entry in table.entries { answers[entry.annotator] += 1 }
            return table.annotators.indices.map { index in
                let accuracy = classPriors.indices.reduce(0) { $0 + classPriors[$1] * confusions[index][$1][$1] }
                return AnnotatorQuality(
                    annotator: table.annotators[index], answers: answers[index], accuracy: accuracy,
                    confusion: confusions[index], gold: gold[index])
            }
        }
    }
}
