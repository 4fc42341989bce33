/// Precision, recall and F1 of one class, each with its interval.
public struct ClassReport: Sendable, Equatable, Codable {
    public let label: Int
    /// How many rows have this label.
    public let support: Int
    public let precision: Estimate
    public let recall: Estimate
    public let f1: Estimate

    /// F1's interval is Wilson's for Jaccard's index J, carried through F1 = 2J / (1 + J), which is increasing.
    public init(_ matrix: ConfusionMatrix, label: Int, level: Double = 0.95) {
        self.label = label
        support = matrix.support(label)
        precision = matrix.precision(label).estimate(level: level)
        recall = matrix.recall(label).estimate(level: level)
        let overlap = matrix.overlap(label)
        f1 = Estimate(
            value: matrix.f1(label), interval: overlap.estimate(level: level).interval?.mapped { 2 * $0 / (1 + $0) },
            count: overlap.trials, method: "wilson")
    }

    /// The report of every class that has a label or a prediction.
    public static func all(_ matrix: ConfusionMatrix, level: Double = 0.95) -> [ClassReport] {
        (0..<matrix.classes).filter { matrix.overlap($0).trials > 0 }.map { ClassReport(matrix, label: $0, level: level) }
    }
}
