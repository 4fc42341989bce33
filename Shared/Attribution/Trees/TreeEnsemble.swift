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

    /// Whether every branch asks for one of so many columns.
    func fits(columns: Int) -> Bool { trees.allSatisfy { $0.nodes.allSatisfy { $0.isLeaf || $0.column < columns } } }

    /// Nodes of all trees.
    var nodes: Int { trees.reduce(0) { $0 + $1.nodes.count } }

    /// Steps of a walk by covers: the square of each leaf's depth, and some for each node.
    var pathSteps: Int { trees.reduce(0) { $0 + $1.pathSteps } }

    /// With something added to each target.
    func shifted(by offsets: [Double]) -> TreeEnsemble { TreeEnsemble(trees: trees, base: zip(base, offsets).map { $0 + $1 }) }

    /// Margins of the targets for a row of columns.
    public func values(_ row: [Double]) -> [Double] {
        trees.reduce(into: base) { sums, tree in
            for (target, value) in tree.leaf(row).enumerated() { sums[target] += value }
        }
    }

    /// Whether the file tells how many rows of the training data came to each node.
    public var hasCovers: Bool { trees.allSatisfy(\.hasCovers) }
}
