import Attribution
import ONNX
import Statistics
import Tensors
import Testing

@testable import Attribution

@Suite("TreeSHAP against the definition")
struct TreeTests {
    /// A random tree over some columns with random covers; columns may come twice on a path.
    static func tree(_ generator: inout SeededGenerator, columns: Int, depth: Int) -> DecisionTree {
        var nodes: [DecisionTree.Node] = []
        func grow(_ level: Int, _ generator: inout SeededGenerator) -> (index: Int, cover: Double) {
            let index = nodes.count
            nodes.append(DecisionTree.Node())
            guard level > 0, generator.uniform() < 0.9 else {
                let cover = 1 + (generator.uniform() * 9).rounded()
                nodes[index].values = [generator.normal()]
                nodes[index].cover = cover
                return (index, cover)
            }
            let left = grow(level - 1, &generator)
            let right = grow(level - 1, &generator)
            nodes[index].column = generator.index(below: columns)
            nodes[index].comparison = .lessOrEqual
            nodes[index].threshold = Double(Float(generator.normal()))
            (nodes[index].whenTrue, nodes[index].whenFalse) = (left.index, right.index)
            nodes[index].values = [0]
            nodes[index].cover = left.cover + right.cover
            return (index, left.cover + right.cover)
        }
        _ = grow(depth, &generator)
        return DecisionTree(nodes: nodes)
    }

    /// The tree's value where a feature that is not known splits by covers: the definition, Algorithm 1 of the paper.
    static func expectation(_ tree: DecisionTree, _ index: Int, _ row: [Double], _ known: Set<Int>) -> Double {
        let node = tree.nodes[index]
        if node.isLeaf { return node.values[0] }
        if known.contains(node.column) { return expectation(tree, node.next(row), row, known) }
        return [node.whenTrue, node.whenFalse].reduce(0) {
            $0 + expectation(tree, $1, row, known) * tree.nodes[$1].cover / node.cover
        }
    }

    @Test("path-dependent and interventional values are the mean gains over all orders", arguments: 0..<40)
    func definition(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let columns = 2 + seed % 5
        let tree = Self.tree(&generator, columns: columns, depth: 1 + seed % 6)
        let row = (0..<columns).map { _ in Double(Float(generator.normal())) }
        let other = (0..<columns).map { _ in Double(Float(generator.normal())) }

        var dependent = [Double](repeating: 0, count: columns)
        let pathDependent = PathDependentTreeSHAP(tree: tree, target: 0)
        pathDependent.add(row, to: &dependent)
        var interventional = [Double](repeating: 0, count: columns)
        InterventionalTreeSHAP(tree: tree, target: 0, background: other).add(row, weight: 1, to: &interventional)

        let byCovers = shapleyByOrders(columns) { Self.expectation(tree, 0, row, $0) }
        let byMixtures = shapleyByOrders(columns) { known in
            tree.leaf((0..<columns).map { known.contains($0) ? row[$0] : other[$0] })[0]
        }
        for (mine, expected) in zip(dependent, byCovers) { #expect(abs(mine - expected) < 1e-9) }
        for (mine, expected) in zip(interventional, byMixtures) { #expect(abs(mine - expected) < 1e-9) }
        #expect(abs(pathDependent.baseValue - Self.expectation(tree, 0, row, [])) < 1e-9)
    }

    @Test("files that are not sound trees are not taken for trees")
    func unsound() throws {
        func ensemble(_ trueIDs: [Int64], modes: [String] = ["BRANCH_LEQ", "LEAF", "LEAF"], target: Int64 = 0) -> TreeEnsemble? {
            var graph = GraphBuilder(name: "tree")
            graph.node(
                "TreeEnsembleRegressor", domain: "ai.onnx.ml", ["x"], to: ["y"],
                attributes: [
                    "nodes_treeids": .integers([0, 0, 0]), "nodes_nodeids": .integers([0, 1, 2]), "nodes_featureids": .integers([0, 0, 0]),
                    "nodes_values": .floats([0.5, 0, 0]), "nodes_modes": .texts(modes), "nodes_truenodeids": .integers(trueIDs),
                    "nodes_falsenodeids": .integers([2, 0, 0]), "n_targets": .integer(1), "target_treeids": .integers([0, 0]),
                    "target_nodeids": .integers([1, 2]), "target_ids": .integers([0, target]), "target_weights": .floats([1, -1]),
                ])
            return graph.model().nodes.first.flatMap { TreeEnsemble(regressor: $0) }
        }

        #expect(ensemble([1, 0, 0])?.values([0.25]) == [1])
        #expect(ensemble([1, 0, 0])?.values([0.75]) == [-1])
        #expect(ensemble([0, 0, 0]) == nil)
        #expect(ensemble([7, 0, 0]) == nil)
        #expect(ensemble([1, 0, 0], modes: ["BRANCH_MEMBER", "LEAF", "LEAF"]) == nil)
        #expect(ensemble([1, 0, 0], target: 3) == nil)
        #expect(ensemble([1, 0, 0])?.hasCovers == false)
    }
}

extension TreeEnsemble: Equatable {
    public static func == (left: TreeEnsemble, right: TreeEnsemble) -> Bool {
        left.base == right.base && left.trees.count == right.trees.count
    }
}
