import Attribution
import ONNX
import Statistics
import Synchronization
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

    @Test("nodes and leaves of opset 5 that are no sound trees are not taken for trees")
    func unsoundLists() throws {
        func ensemble(_ change: (inout [String: GraphBuilder.Attribute]) -> Void = { _ in }) -> TreeEnsemble? {
            var attributes: [String: GraphBuilder.Attribute] = [
                "n_targets": .integer(1), "tree_roots": .integers([0]), "nodes_featureids": .integers([0, 1]),
                "nodes_splits": .floatTensor([0.5, 0]), "nodes_modes": .byteTensor([0, 6]),
                "membership_values": .floatTensor([2, 4, .nan]),
                "nodes_truenodeids": .integers([1, 0]), "nodes_trueleafs": .integers([0, 1]), "nodes_falsenodeids": .integers([2, 1]),
                "nodes_falseleafs": .integers([1, 1]), "leaf_targetids": .integers([0, 0, 0]), "leaf_weights": .floatTensor([1, 2, 3]),
            ]
            change(&attributes)
            var graph = GraphBuilder(name: "tree")
            graph.node("TreeEnsemble", domain: "ai.onnx.ml", ["x"], to: ["y"], attributes: attributes)
            return graph.model().nodes.first.flatMap { TreeEnsemble(unified: $0) }
        }

        #expect(ensemble()?.values([0.25, 4]) == [1])
        #expect(ensemble()?.values([0.25, 3]) == [2])
        #expect(ensemble()?.values([0.75, 4]) == [3])
        #expect(ensemble()?.hasCovers == false)
        let broken: [(String, GraphBuilder.Attribute)] = [
            ("nodes_truenodeids", .integers([0, 0])), ("nodes_truenodeids", .integers([7, 0])), ("nodes_truenodeids", .integers([-1, 0])),
            ("nodes_falsenodeids", .integers([3, 1])), ("tree_roots", .integers([])), ("tree_roots", .integers([2])),
            ("tree_roots", .integers([0, 0])), ("nodes_modes", .byteTensor([0, 7])), ("nodes_modes", .byteTensor([0])),
            ("nodes_splits", .floatTensor([0.5])), ("leaf_targetids", .integers([0, 0, 1])), ("leaf_weights", .floatTensor([1])),
            ("n_targets", .integer(0)), ("nodes_featureids", .integers([0, -1])), ("membership_values", .floatTensor([2, .nan, 4, .nan])),
            ("aggregate_function", .integer(3)),
        ]
        for (name, value) in broken { #expect(ensemble { $0[name] = value } == nil, "\(name) \(value)") }
    }

    @Test("a walk that would take too long is refused before it begins, with what to ask for")
    func cost() async throws {
        var generator = SeededGenerator(seed: 9)
        // By covers a leaf takes the square of its depth: a chain of 400 branches 21 million steps.
        func chain(_ depth: Int) -> DecisionTree {
            var nodes: [DecisionTree.Node] = []
            for level in 0..<depth {
                var branch = DecisionTree.Node()
                (branch.column, branch.comparison, branch.threshold) = (level, .lessOrEqual, Double(Float(generator.normal())))
                (branch.whenTrue, branch.whenFalse, branch.cover, branch.values) = (
                    2 * level + 1, 2 * level + 2, Double(depth - level + 1), [0]
                )
                var leaf = DecisionTree.Node()
                (leaf.cover, leaf.values) = (1, [generator.normal()])
                nodes += [branch, leaf]
            }
            var last = DecisionTree.Node()
            (last.cover, last.values) = (1, [1])
            return DecisionTree(nodes: nodes + [last])
        }
        let ensemble = TreeEnsemble(trees: (0..<30).map { _ in chain(400) }, base: [0])
        let structure = ModelStructure(margins: .trees(ensemble, over: .identity(0..<400, of: 400)), link: .identity)
        let row = Tensor(name: "x", shape: [1, 400], floats: [Float](repeating: 0, count: 400))
        let runs = Counter()
        let explainer = Explainer(structure: structure) { inputs in
            runs.add()
            let values = (0..<inputs[0].rows).map { _ in Float(ensemble.values([Double](repeating: 0, count: 400))[0]) }
            return [Tensor(name: "y", shape: [inputs[0].rows], floats: values)]
        }

        #expect(ensemble.hasCovers)
        let fault = await #expect(throws: ExplanationFault.self) { try await explainer.explain([row], ExplanationOptions(output: "y")) }
        #expect(fault?.description.contains("a background") == true, "\(fault?.description ?? "")")
        #expect(runs.count == 1)
        let against = try await explainer.explain([row], ExplanationOptions(output: "y", background: [row]))
        #expect(against.method == .treeInterventional)
    }
}

private final class Counter: Sendable {
    private let number = Atomic(0)

    var count: Int { number.load(ordering: .relaxed) }
    func add() { number.add(1, ordering: .relaxed) }
}

extension TreeEnsemble: Equatable {
    public static func == (left: TreeEnsemble, right: TreeEnsemble) -> Bool {
        left.base == right.base && left.trees.count == right.trees.count
    }
}
