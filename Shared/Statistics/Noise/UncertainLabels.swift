/// A classifier's rows whose labels are right with a known probability each, as a consensus of annotators gives them.
///
/// A label is taken to be right with probability c, to be each other class with e = (1 - c) / (classes - 1), and not to hang on the
/// model once the truth is known. Then (1[label = t] - e) / (c - e) is 1 on average where t is the truth and 0 elsewhere (Natarajan
/// et al. 2013, lemma 1): sums over rows that weigh class t by it are those with true labels, on average.
public struct UncertainLabels: Sendable, Equatable {
    /// Rows whose c - e is smaller say next to nothing about the truth and would drown the others; they are left out.
    public static let leastInformation = 0.2

    public let rows: ScoredRows
    public let confidences: [Double]
    /// Rows left out for ``leastInformation``.
    public let leftOut: Int

    /// `confidences` is the probability that each row's label is right, in 0 ... 1.
    public init(_ rows: ScoredRows, confidences: [Double]) throws(MetricError) {
        guard rows.classes > 1 else { throw .needs("two classes", metric: "uncertain labels") }
        guard confidences.count == rows.count else {
            throw .lengths(expected: rows.count, found: confidences.count, of: "confidences")
        }
        for row in confidences.indices where !(0...1).contains(confidences[row]) { throw .invalidProbabilities(row: row) }
        let kept = confidences.indices.filter { Self.information(confidences[$0], rows.classes) >= Self.leastInformation }
        guard !kept.isEmpty else { throw .undefined(metric: "uncertain labels", reason: "no label says more than chance") }
        self.rows = kept.count == rows.count ? rows : try rows.picking(kept)
        self.confidences = kept.map { confidences[$0] }
        leftOut = rows.count - kept.count
    }

    /// Rows of any number of classes, every label of which is right.
    init(certain rows: ScoredRows) throws(MetricError) {
        guard rows.classes > 0 else { throw .needs("classes, not numbers", metric: "uncertain labels") }
        self.rows = rows
        confidences = [Double](repeating: 1, count: rows.count)
        leftOut = 0
    }

    public var count: Int { rows.count }

    /// The rows of a slice, by their place among those kept.
    public func picking(_ picked: [Int]) throws(MetricError) -> UncertainLabels {
        try UncertainLabels(rows.picking(picked), confidences: picked.map { confidences[$0] })
    }

    /// c - e.
    func information(_ row: Int) -> Double { Self.information(confidences[row], rows.classes) }

    /// e.
    func error(_ row: Int) -> Double { Self.error(confidences[row], rows.classes) }

    /// How much a row counts for a class being its truth.
    func weight(_ row: Int, _ label: Int) -> Double {
        ((rows.labels[row] == label ? 1 : 0) - error(row)) / information(row)
    }

    /// The variance of that weight over labels, given a truth that is the class with the probability the weight itself says.
    func variance(_ row: Int, _ label: Int) -> Double {
        let isClass = min(max(weight(row, label), 0), 1)
        let (right, wrong) = (confidences[row], error(row))
        return (isClass * right * (1 - right) + (1 - isClass) * wrong * (1 - wrong)) / (information(row) * information(row))
    }

    /// The loss of each row as it would be with its true label, on average.
    func losses(_ loss: RowLoss) -> [Double] {
        let classes = rows.classes
        let all = (0..<classes).map { label in loss.values(rows, labels: [Int](repeating: label, count: rows.count)) }
        return rows.labels.indices.map { row in
            let sum = all.reduce(0) { $0 + $1[row] }
            return (all[rows.labels[row]][row] - error(row) * sum) / information(row)
        }
    }

    private static func information(_ confidence: Double, _ classes: Int) -> Double {
        confidence - error(confidence, classes)
    }

    private static func error(_ confidence: Double, _ classes: Int) -> Double {
        confidence < 1 ? (1 - confidence) / Double(classes - 1) : 0
    }
}
