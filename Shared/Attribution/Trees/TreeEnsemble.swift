/// A sum of trees: each target's margin is its start value plus what a leaf of each tree adds.
public struct TreeEnsemble: Sendable {
    public let trees: [DecisionTree]
    public let targets: Int
    /// Start value of each target.
    let base: [Double]

    init(trees: [DecisionTree], base: [Double]) {
        self.trees = trees
        self.base = base
        targets = base.count
    }

    /// Margins of the targets for a row of columns.
    public func values(_ row: [Double]) -> [Double] {
        trees.reduce(into: base) { sums, tree in
            for (target, value) in tree.leaf(row).enumerated() { sums[target] += value }
        }
    }

    /// Whether the file tells how many rows of the training data came to each node.
    public var hasCovers: Bool { trees.allSatisfy(\.hasCovers) }
}
