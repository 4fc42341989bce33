/// Answers of annotators to items, with names turned into indices in sorted order, so that the order of arrival does not matter.
public struct AnswerTable: Sendable, Equatable {
    /// One annotator's answer to one item.
    public struct Answer: Sendable, Equatable {
        public let item: String
        public let annotator: String
        public let label: String

        public init(item: String, annotator: String, label: String) {
            self.item = item
            self.annotator = annotator
            self.label = label
        }
    }

    struct Entry: Sendable, Equatable {
        let item: Int
        let annotator: Int
        let label: Int
    }

    public let items: [String]
    public let annotators: [String]
    public let classes: [String]
    let entries: [Entry]
    /// The known class of each item, where it is known.
    let gold: [Int?]

    /// Classes are those named here, in this order, then any other that occurs, in sorted order.
    public init(_ answers: [Answer], gold: [String: String] = [:], classes named: [String] = []) {
        items = Set(answers.map(\.item)).sorted()
        annotators = Set(answers.map(\.annotator)).sorted()
        let asked = Set(items)
        let known = gold.filter { asked.contains($0.key) }
        let others = Set(answers.map(\.label)).union(known.values).subtracting(named)
        classes = named + others.sorted()
        let item = Self.index(items)
        let annotator = Self.index(annotators)
        let label = Self.index(classes)
        entries = answers.compactMap { answer in
            guard let i = item[answer.item], let a = annotator[answer.annotator], let l = label[answer.label] else { return nil }
            return Entry(item: i, annotator: a, label: l)
        }.sorted { ($0.item, $0.annotator, $0.label) < ($1.item, $1.annotator, $1.label) }
        self.gold = items.map { name in known[name].flatMap { label[$0] } }
    }

    private static func index(_ names: [String]) -> [String: Int] {
        Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// How often each class was given to each item.
    var votes: [[Int]] {
        var votes = Array(repeating: Array(repeating: 0, count: classes.count), count: items.count)
        for entry in entries { votes[entry.item][entry.label] += 1 }
        return votes
    }

    /// Right among answers to gold items, for each annotator.
    var goldAccuracy: [Proportion] {
        var accuracy = annotators.map { _ in Proportion(successes: 0, trials: 0) }
        for entry in entries {
            if let truth = gold[entry.item] { accuracy[entry.annotator].add(truth == entry.label) }
        }
        return accuracy
    }
}
