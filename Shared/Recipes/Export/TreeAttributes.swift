import ONNX
import TreeBoosting

/// Trees as the lists that the operator TreeEnsembleRegressor wants: an entry a node, an entry a leaf.
struct TreeAttributes {
    private var trees: [Int64] = []
    private var nodes: [Int64] = []
    private var features: [Int64] = []
    private var modes: [String] = []
    private var values: [Float] = []
    private var trueNodes: [Int64] = []
    private var falseNodes: [Int64] = []
    private var missingGoesTrue: [Int64] = []
    private var leafTrees: [Int64] = []
    private var leafNodes: [Int64] = []
    private var leafOutputs: [Int64] = []
    private var leafValues: [Float] = []

    mutating func add(_ tree: RegressionTree, number: Int, output: Int) {
        for node in tree.left.indices {
            let isLeaf = tree.isLeaf(node)
            trees.append(Int64(number))
            nodes.append(Int64(node))
            features.append(isLeaf ? 0 : Int64(tree.features[node]))
            modes.append(isLeaf ? "LEAF" : "BRANCH_LT")
            values.append(isLeaf ? 0 : tree.values[node])
            trueNodes.append(isLeaf ? 0 : Int64(tree.left[node]))
            falseNodes.append(isLeaf ? 0 : Int64(tree.right[node]))
            missingGoesTrue.append(!isLeaf && tree.missingGoesLeft[node] ? 1 : 0)
            guard isLeaf else { continue }
            leafTrees.append(Int64(number))
            leafNodes.append(Int64(node))
            leafOutputs.append(Int64(output))
            leafValues.append(tree.values[node])
        }
    }

    func attributes(bases: [Float]) -> [String: GraphBuilder.Attribute] {
        [
            "n_targets": .integer(Int64(bases.count)), "base_values": .floats(bases), "aggregate_function": .text("SUM"),
            "post_transform": .text("NONE"), "nodes_treeids": .integers(trees), "nodes_nodeids": .integers(nodes),
            "nodes_featureids": .integers(features), "nodes_modes": .texts(modes), "nodes_values": .floats(values),
            "nodes_truenodeids": .integers(trueNodes), "nodes_falsenodeids": .integers(falseNodes),
            "nodes_missing_value_tracks_true": .integers(missingGoesTrue), "target_treeids": .integers(leafTrees),
            "target_nodeids": .integers(leafNodes), "target_ids": .integers(leafOutputs), "target_weights": .floats(leafValues),
        ]
    }
}
