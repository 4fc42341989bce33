/// Counts of (label, prediction) pairs, mergeable.
public struct ConfusionMatrix: Sendable, Equatable, Codable {
    public let classes: Int
    /// Row-major: the row is the label, the column the prediction.
    public private(set) var counts: [Int]

    public init(classes: Int) {
        self.classes = classes
        counts = Array(repeating: 0, count: classes * classes)
    }

    /// Counts the pairs of a classifier's rows.
    public init(_ rows: ScoredRows) {
        self.init(classes: rows.classes)
        for row in rows.labels.indices { counts[rows.labels[row] * classes + rows.predictions[row]] += 1 }
    }

    init(classes: Int, counts: [Int]) {
        self.classes = classes
        self.counts = counts
    }

    public subscript(label label: Int, prediction prediction: Int) -> Int { counts[label * classes + prediction] }

    public mutating func add(label: Int, prediction: Int) {
        counts[label * classes + prediction] += 1
    }

    /// Adds the counts of a matrix with as many classes.
    public mutating func merge(_ other: ConfusionMatrix) {
        for cell in counts.indices { counts[cell] += other.counts[cell] }
    }

    public var total: Int { counts.reduce(0, +) }
    public var correct: Int { (0..<classes).reduce(0) { $0 + counts[$1 * classes + $1] } }

    /// How many rows have this label.
    public func support(_ label: Int) -> Int {
        (0..<classes).reduce(0) { $0 + counts[label * classes + $1] }
    }

    /// How many rows were predicted to be of this class.
    public func predicted(_ prediction: Int) -> Int {
        (0..<classes).reduce(0) { $0 + counts[$1 * classes + prediction] }
    }

    /// Right among all.
    public var accuracy: Proportion { Proportion(successes: correct, trials: total) }

    /// Right among the rows with this label.
    public func recall(_ label: Int) -> Proportion {
        Proportion(successes: self[label: label, prediction: label], trials: support(label))
    }

    /// Right among the rows predicted to be of this class.
    public func precision(_ prediction: Int) -> Proportion {
        Proportion(successes: self[label: prediction, prediction: prediction], trials: predicted(prediction))
    }

    /// Right among the rows that have this label or were predicted to (Jaccard's index J); F1 = 2J / (1 + J).
    public func overlap(_ label: Int) -> Proportion {
        let hits = self[label: label, prediction: label]
        return Proportion(successes: hits, trials: support(label) + predicted(label) - hits)
    }

    /// The harmonic mean of precision and recall; 0 where the class does not occur.
    public func f1(_ label: Int) -> Double {
        let share = overlap(label).value
        return 2 * share / (1 + share)
    }
}
