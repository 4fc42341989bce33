import ONNX

extension TreeEnsemble {
    /// Trees deeper than this are not followed: the walk over a tree recurses.
    static let deepest = 512

    /// Reads a TreeEnsembleRegressor; nil for an aggregate that is no sum, or a file that is not sound.
    init?(regressor node: ONNXNode) {
        let targets = node.integer("n_targets") ?? 1
        guard let trees = Self.trees(node, leaves: "target", targets: targets), !trees.isEmpty else { return nil }
        let scale: Double
        switch node.text("aggregate_function") ?? "SUM" {
        case "SUM": scale = 1
        case "AVERAGE": scale = 1 / Double(trees.count)
        default: return nil
        }
        guard let base = Self.base(node, targets) else { return nil }
        self.init(trees: trees.map { $0.mapLeaves { $0.map { $0 * scale } } }, base: base)
    }

    /// Reads a TreeEnsembleClassifier. Two classes with one score become two scores, as engines do.
    init?(classifier node: ONNXNode, link: Link) {
        let classes = max(node.integers("classlabels_int64s").count, node.texts("classlabels_strings").count)
        let ids = Set(node.integers("class_ids"))
        let isOneScore = classes == 2 && ids.count == 1
        let starts = Self.base(node, classes)
        guard let trees = Self.trees(node, leaves: "class", targets: isOneScore ? 1 : classes, onlyTarget: isOneScore) else { return nil }
        if !isOneScore {
            guard let starts else { return nil }
            self.init(trees: trees, base: starts)
            return
        }
        // Scores that are all positive are probabilities of the second class, others are margins around 0.
        let isProbability = link == .identity && !node.floats("class_weights").contains { $0 < 0 }
        let start = node.floats("base_values").last ?? 0
        self.init(
            trees: trees.map { $0.mapLeaves { [-$0[0], $0[0]] } }, base: isProbability ? [1 - start, start] : [-start, start])
    }

    private static func base(_ node: ONNXNode, _ targets: Int) -> [Double]? {
        let given = node.floats("base_values")
        if given.isEmpty { return [Double](repeating: 0, count: targets) }
        return given.count == targets ? given : nil
    }

    private static func trees(_ node: ONNXNode, leaves: String, targets: Int, onlyTarget: Bool = false) -> [DecisionTree]? {
        let treeIDs = node.integers("nodes_treeids")
        let ids = node.integers("nodes_nodeids")
        let lists = ["nodes_featureids", "nodes_truenodeids", "nodes_falsenodeids"].map { node.integers($0) }
        let thresholds = node.floats("nodes_values")
        let modes = node.texts("nodes_modes")
        let count = ids.count
        guard targets > 0, count > 0, treeIDs.count == count, thresholds.count == count, modes.count == count,
            lists.allSatisfy({ $0.count == count })
        else { return nil }
        let covers = node.floats("nodes_hitrates")
        let missing = node.integers("nodes_missing_value_tracks_true")
        var places: [Int: [Int: Int]] = [:]
        var order: [Int] = []
        for index in 0..<count {
            if places[treeIDs[index]] == nil { order.append(treeIDs[index]) }
            // Positions within the tree, in the order of the file, of which the first is the root.
            let position = places[treeIDs[index], default: [:]].count
            guard places[treeIDs[index], default: [:]].updateValue(position, forKey: ids[index]) == nil else { return nil }
        }
        var trees = order.reduce(into: [Int: [DecisionTree.Node]]()) { $0[$1] = [] }
        for index in 0..<count {
            var new = DecisionTree.Node()
            new.cover = covers.count == count ? covers[index] : 0
            new.values = [Double](repeating: 0, count: targets)
            if modes[index] != "LEAF" {
                guard let comparison = DecisionTree.Comparison(rawValue: modes[index]), comparison != .member,
                    let places = places[treeIDs[index]],
                    let whenTrue = places[lists[1][index]], let whenFalse = places[lists[2][index]], lists[0][index] >= 0
                else { return nil }
                (new.comparison, new.column, new.threshold) = (comparison, lists[0][index], thresholds[index])
                (new.whenTrue, new.whenFalse) = (whenTrue, whenFalse)
                new.missingGoesTrue = missing.count == count && missing[index] != 0
            }
            trees[treeIDs[index]]?.append(new)
        }
        guard fill(&trees, node, leaves, places, targets, onlyTarget) else { return nil }
        let built = order.compactMap { trees[$0].map { DecisionTree(nodes: $0) } }
        return built.allSatisfy(\.isSound) ? built : nil
    }

    /// Adds the leaves' values; false when one belongs to no leaf.
    private static func fill(
        _ trees: inout [Int: [DecisionTree.Node]], _ node: ONNXNode, _ leaves: String, _ places: [Int: [Int: Int]], _ targets: Int,
        _ onlyTarget: Bool
    ) -> Bool {
        let treeIDs = node.integers("\(leaves)_treeids")
        let nodeIDs = node.integers("\(leaves)_nodeids")
        let targetIDs = node.integers("\(leaves)_ids")
        let weights = node.floats("\(leaves)_weights")
        guard treeIDs.count == weights.count, nodeIDs.count == weights.count, targetIDs.count == weights.count else { return false }
        for index in weights.indices {
            let target = onlyTarget ? 0 : targetIDs[index]
            guard let place = places[treeIDs[index]]?[nodeIDs[index]], (0..<targets).contains(target) else { return false }
            trees[treeIDs[index]]?[place].values[target] += weights[index]
        }
        return true
    }
}

extension DecisionTree {
    func mapLeaves(_ change: ([Double]) -> [Double]) -> DecisionTree {
        DecisionTree(
            nodes: nodes.map { node in
                var node = node
                node.values = change(node.values)
                return node
            })
    }

    /// Whether each node but the root is reached once: no cycles, and no deeper than a walk may be.
    var isSound: Bool {
        var seen = [Bool](repeating: false, count: nodes.count)
        var open = [(index: 0, depth: 0)]
        while let (index, depth) = open.popLast() {
            guard !seen[index], depth <= TreeEnsemble.deepest else { return false }
            seen[index] = true
            if !nodes[index].isLeaf { open += [(nodes[index].whenTrue, depth + 1), (nodes[index].whenFalse, depth + 1)] }
        }
        return true
    }
}
