import ONNX

/// The operator TreeEnsemble of ai.onnx.ml 5, which took the place of the regressor's and the classifier's own: nodes and leaves in lists of
/// their own, names replaced by numbers. It says how many rows came to a branch, not to a leaf, so its trees have no covers and are
/// explained against a background.
extension TreeEnsemble {
    /// Comparisons by their numbers.
    private static let modes: [DecisionTree.Comparison] = [
        .lessOrEqual, .less, .greaterOrEqual, .greater, .equal, .notEqual, .member,
    ]

    /// Attributes of an operator, as long as they should be.
    private struct Parts {
        let targets: Int
        let columns: [Int]
        let modes: [Int]
        let splits: [Double]
        let comparesDoubles: Bool
        let whenTrue: [Int]
        let whenFalse: [Int]
        let trueIsLeaf: [Int]
        let falseIsLeaf: [Int]
        let missing: [Int]
        let leafTargets: [Int]
        let leafWeights: [Double]
        /// What each node of mode member looks for.
        let members: [Int: Set<Double>]

        init?(_ node: ONNXNode) {
            targets = node.integer("n_targets") ?? 1
            columns = node.integers("nodes_featureids")
            guard let splits = node.constant("nodes_splits"), let modes = node.constant("nodes_modes"),
                let weights = node.constant("leaf_weights")
            else { return nil }
            self.modes = modes.elements.map { Int($0) }
            (self.splits, comparesDoubles) = (splits.elements, splits.isDouble)
            whenTrue = node.integers("nodes_truenodeids")
            whenFalse = node.integers("nodes_falsenodeids")
            trueIsLeaf = node.integers("nodes_trueleafs")
            falseIsLeaf = node.integers("nodes_falseleafs")
            missing = node.integers("nodes_missing_value_tracks_true")
            leafTargets = node.integers("leaf_targetids")
            leafWeights = weights.elements
            let count = columns.count
            let lists = [whenTrue, whenFalse, trueIsLeaf, falseIsLeaf, self.modes]
            guard count > 0, targets > 0, lists.allSatisfy({ $0.count == count }), self.splits.count == count,
                leafTargets.count == leafWeights.count, leafTargets.allSatisfy((0..<targets).contains), columns.allSatisfy({ $0 >= 0 }),
                self.modes.allSatisfy(TreeEnsemble.modes.indices.contains),
                let members = Self.members(self.modes, node.constant("membership_values")?.elements ?? [])
            else { return nil }
            self.members = members
        }

        /// Members of the nodes that have some, in the order of the nodes, parted by NaN.
        private static func members(_ modes: [Int], _ values: [Double]) -> [Int: Set<Double>]? {
            let holders = modes.indices.filter { TreeEnsemble.modes[modes[$0]] == .member }
            if holders.isEmpty { return [:] }
            var sets = values.split(omittingEmptySubsequences: false) { $0.isNaN }
            // Whether the last set ends in a NaN too is left open.
            if sets.count == holders.count + 1, sets.last?.isEmpty == true { sets.removeLast() }
            guard sets.count == holders.count else { return nil }
            return Dictionary(uniqueKeysWithValues: zip(holders, sets.map { Set($0) }))
        }
    }

    /// Reads a TreeEnsemble; nil for an aggregate that is no sum, or a file that is not sound.
    init?(unified node: ONNXNode) {
        guard let parts = Parts(node) else { return nil }
        let roots = node.integers("tree_roots")
        guard !roots.isEmpty else { return nil }
        let scale: Double
        // By number: AVERAGE, SUM, MIN, MAX.
        switch node.integer("aggregate_function") ?? 1 {
        case 0: scale = 1 / Double(roots.count)
        case 1: scale = 1
        default: return nil
        }
        var trees: [DecisionTree] = []
        // Trees that shared a part would be larger than their file.
        var left = parts.columns.count
        for root in roots {
            guard let tree = Self.tree(parts, root, scale, &left) else { return nil }
            trees.append(tree)
        }
        self.init(trees: trees, base: [Double](repeating: 0, count: parts.targets))
    }

    /// One tree, from its root down: a leaf that several branches lead to becomes as many.
    private static func tree(_ parts: Parts, _ root: Int, _ scale: Double, _ left: inout Int) -> DecisionTree? {
        var nodes: [DecisionTree.Node] = []
        var open = [(place: root, isLeaf: false, parent: -1, isTrue: false, depth: 0)]
        while let next = open.popLast() {
            let index = nodes.count
            if next.parent >= 0 {
                if next.isTrue { nodes[next.parent].whenTrue = index } else { nodes[next.parent].whenFalse = index }
            }
            if next.isLeaf {
                guard let leaf = leaf(parts, next.place, scale) else { return nil }
                nodes.append(leaf)
                continue
            }
            left -= 1
            guard left >= 0, next.depth <= deepest, parts.columns.indices.contains(next.place) else { return nil }
            nodes.append(branch(parts, next.place))
            let place = next.place
            open.append((parts.whenFalse[place], parts.falseIsLeaf[place] != 0, index, false, next.depth + 1))
            open.append((parts.whenTrue[place], parts.trueIsLeaf[place] != 0, index, true, next.depth + 1))
        }
        return DecisionTree(nodes: nodes)
    }

    private static func branch(_ parts: Parts, _ place: Int) -> DecisionTree.Node {
        var node = DecisionTree.Node()
        (node.column, node.comparison, node.threshold) = (parts.columns[place], modes[parts.modes[place]], parts.splits[place])
        node.members = parts.members[place] ?? []
        node.comparesDoubles = parts.comparesDoubles
        node.missingGoesTrue = parts.missing.count == parts.columns.count && parts.missing[place] != 0
        node.values = [Double](repeating: 0, count: parts.targets)
        return node
    }

    private static func leaf(_ parts: Parts, _ place: Int, _ scale: Double) -> DecisionTree.Node? {
        guard parts.leafWeights.indices.contains(place) else { return nil }
        var node = DecisionTree.Node()
        node.values = [Double](repeating: 0, count: parts.targets)
        node.values[parts.leafTargets[place]] = parts.leafWeights[place] * scale
        return node
    }
}
