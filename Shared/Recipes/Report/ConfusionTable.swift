/// How often each class was taken for each.
public struct ConfusionTable: Sendable, Hashable, Codable {
    /// In the order of rows and columns.
    public let classes: [String]
    /// Rows are the true classes, columns the predicted ones.
    public let counts: [[Int]]
    /// The split that it was counted on.
    public let split: String

    /// - Parameters:
    ///   - truths, predictions: positions of classes; a pair with one that is none is left out.
    public init(classes: [String], truths: [Int], predictions: [Int], split: String) {
        var counts = Array(repeating: Array(repeating: 0, count: classes.count), count: classes.count)
        for (truth, prediction) in zip(truths, predictions) where classes.indices.contains(truth) && classes.indices.contains(prediction) {
            counts[truth][prediction] += 1
        }
        self.classes = classes
        self.counts = counts
        self.split = split
    }
}
