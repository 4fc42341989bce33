/// One tree: nodes in arrays, the root first.
public struct DecisionTree: Sendable {
    /// How a node compares a column with its threshold.
    enum Comparison: String, Sendable {
        case lessOrEqual = "BRANCH_LEQ"
        case less = "BRANCH_LT"
        case greaterOrEqual = "BRANCH_GTE"
        case greater = "BRANCH_GT"
        case equal = "BRANCH_EQ"
        case notEqual = "BRANCH_NEQ"
        /// Whether the column has one of the node's members.
        case member = "BRANCH_MEMBER"
    }

    struct Node: Sendable {
        var column = 0
        var comparison: Comparison?
        var threshold = 0.0
        /// What a column is looked for in.
        var members: Set<Double> = []
        /// Whether the engine compares in 64 bits.
        var comparesDoubles = false
        /// Where a row goes whose value is missing (not a number).
        var missingGoesTrue = false
        var whenTrue = -1
        var whenFalse = -1
        /// Rows of the training data that came here; 0 when the file does not say.
        var cover = 0.0
        /// What a leaf adds to each target.
        var values: [Double] = []

        var isLeaf: Bool { comparison == nil }

        /// The node that a row goes to.
        func next(_ row: [Double]) -> Int {
            let value = comparesDoubles ? row[column] : Double(Float(row[column]))
            return (value.isNaN ? missingGoesTrue : holds(value)) ? whenTrue : whenFalse
        }

        private func holds(_ value: Double) -> Bool {
            switch comparison {
            case .lessOrEqual: value <= threshold
            case .less: value < threshold
            case .greaterOrEqual: value >= threshold
            case .greater: value > threshold
            case .equal: value == threshold
            case .notEqual: value != threshold
            case .member: members.contains(value)
            case nil: false
            }
        }
    }

    var nodes: [Node]

    /// What a row's leaf adds to each target.
    func leaf(_ row: [Double]) -> [Double] {
        var index = 0
        while !nodes[index].isLeaf { index = nodes[index].next(row) }
        return nodes[index].values
    }

    /// The longest way from the root, in edges.
    var depth: Int { depth(of: 0) }

    private func depth(of index: Int) -> Int {
        nodes[index].isLeaf ? 0 : 1 + max(depth(of: nodes[index].whenTrue), depth(of: nodes[index].whenFalse))
    }

    /// The square of each leaf's depth, and each other node's depth, in all.
    var pathSteps: Int {
        var steps = 0
        var open = [(index: 0, depth: 1)]
        while let (index, depth) = open.popLast() {
            steps += nodes[index].isLeaf ? depth * depth : 2 * depth
            if !nodes[index].isLeaf { open += [(nodes[index].whenTrue, depth + 1), (nodes[index].whenFalse, depth + 1)] }
        }
        return steps
    }

    /// Whether each node has the rows of its two branches: files that tell no covers hold ones or zeros.
    var hasCovers: Bool {
        nodes.allSatisfy { node in
            guard node.cover > 0 else { return false }
            guard !node.isLeaf else { return true }
            let below = nodes[node.whenTrue].cover + nodes[node.whenFalse].cover
            return abs(below - node.cover) <= 1e-3 * node.cover
        }
    }
}
