import Contracts
import Foundation
import ONNX
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("Explanations of trees and of any model, from a folder", .serialized)
struct ExplainTreeTests {
    /// Two trees over three columns, a column twice on a path, as each of the operators has them.
    enum Forest: String, CaseIterable, Sendable {
        case regressor, unified

        func bytes() throws -> [UInt8] {
            var graph = GraphBuilder(name: rawValue)
            graph.input("x", .float, shape: [-1, 3])
            graph.output("y", .float, shape: [-1, 1])
            switch self {
            case .regressor:
                graph.node("TreeEnsembleRegressor", domain: "ai.onnx.ml", ["x"], to: ["y"], attributes: Self.nodes)
            case .unified:
                graph.classicalOpset = 5
                graph.node("TreeEnsemble", domain: "ai.onnx.ml", ["x"], to: ["y"], attributes: Self.lists)
            }
            return try graph.model().bytes()
        }

        private static let nodes: [String: GraphBuilder.Attribute] = [
            "n_targets": .integer(1), "nodes_treeids": .integers([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]),
            "nodes_nodeids": .integers([0, 1, 2, 3, 4, 5, 6, 0, 1, 2]), "nodes_featureids": .integers([0, 1, 0, 0, 0, 0, 0, 2, 0, 0]),
            "nodes_values": .floats([0.5, 1, 2, 0, 0, 0, 0, -1, 0, 0]),
            "nodes_modes": .texts(
                ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT", "LEAF", "LEAF", "LEAF", "LEAF", "BRANCH_GTE", "LEAF", "LEAF"]),
            "nodes_truenodeids": .integers([1, 3, 5, 0, 0, 0, 0, 1, 0, 0]),
            "nodes_falsenodeids": .integers([2, 4, 6, 0, 0, 0, 0, 2, 0, 0]), "target_treeids": .integers([0, 0, 0, 0, 1, 1]),
            "target_nodeids": .integers([3, 4, 5, 6, 1, 2]), "target_ids": .integers([0, 0, 0, 0, 0, 0]),
            "target_weights": .floats([1, -2, 4, 0.5, 3, -1]), "base_values": .floats([0]),
        ]

        private static let lists: [String: GraphBuilder.Attribute] = [
            "n_targets": .integer(1), "tree_roots": .integers([0, 3]), "nodes_featureids": .integers([0, 1, 0, 2]),
            "nodes_splits": .floatTensor([0.5, 1, 2, -1]), "nodes_modes": .byteTensor([0, 1, 3, 2]),
            "nodes_truenodeids": .integers([1, 0, 2, 4]), "nodes_trueleafs": .integers([0, 1, 1, 1]),
            "nodes_falsenodeids": .integers([2, 1, 3, 5]), "nodes_falseleafs": .integers([0, 1, 1, 1]),
            "leaf_targetids": .integers([0, 0, 0, 0, 0, 0]), "leaf_weights": .floatTensor([1, -2, 4, 0.5, 3, -1]),
        ]

        static func value(_ x: [Double]) -> Double {
            let first = x[0] <= 0.5 ? (x[1] < 1 ? 1 : -2) : (x[0] > 2 ? 4 : 0.5)
            return first + (x[2] >= -1 ? 3 : -1)
        }
    }

    private static func json(_ rows: [[Double]], _ parameters: String = "{}") -> String {
        let data = rows.joined().map { "\($0)" }.joined(separator: ",")
        return #"{"parameters":\#(parameters),"inputs":[{"name":"x","datatype":"FP32","shape":[\#(rows.count),3],"data":[\#(data)]}]}"#
    }

    /// Shapley values by all coalitions of three columns: weights 1/3, 1/6, 1/6, 1/3 of the gains.
    private static func shapley(_ row: [Double], _ background: [[Double]], _ value: ([Double]) -> Double) -> [Double] {
        func mean(_ known: Set<Int>) -> Double {
            background.reduce(0) { sum, other in sum + value((0..<3).map { known.contains($0) ? row[$0] : other[$0] }) }
                / Double(background.count)
        }
        return (0..<3).map { column in
            let others = Set(0..<3).subtracting([column])
            let sets: [(Set<Int>, Double)] = [([], 1.0 / 3), (others, 1.0 / 3)] + others.map { ([$0], 1.0 / 6) }
            return sets.reduce(0) { $0 + $1.1 * (mean($1.0.union([column])) - mean($1.0)) }
        }
    }

    @Test("trees are explained exactly, with the additivity check in the answer", arguments: Forest.allCases)
    func trees(_ forest: Forest) async throws {
        try await withFolder { folder in
            try folder.put(try forest.bytes(), "forest", 1)
            try await folder.running { probe in
                let rows = [[3.0, 0, 0], [0, 2, -2], [1, 1, 1]]
                let background = [[0.0, 0, -3], [2.5, 3, 0]]

                let answer = try await probe.send(
                    "POST", "/v2/models/forest/explain", json: Self.json(rows, #"{"background":[[0,0,-3],[2.5,3,0]]}"#))

                #expect(answer.status == 200, "\(answer.text)")
                let facts = try #require(answer.json["parameters"])
                #expect(facts["method"] == "tree_interventional" && facts["exact"] == true && facts["space"] == "output", "\(answer.text)")
                // The rows are run once, to see that the structure gives what the model gives.
                #expect(facts["evaluations"] == 3)
                #expect(try #require(facts["model_residual"]?.doubleValue) < 1e-6)
                #expect(try #require(facts["additivity_residual"]?.doubleValue) < 1e-9)
                let values = try #require(ExplainTests.tensor(answer, "x"))
                let base = try #require(ExplainTests.tensor(answer, "base_value")?.data)
                let explained = try #require(ExplainTests.tensor(answer, "explained_value")?.data)
                #expect(values.shape == [3, 3])
                for (index, row) in rows.enumerated() {
                    let own = Array(values.data[(index * 3)..<(index * 3 + 3)])
                    for (mine, expected) in zip(own, Self.shapley(row, background, Forest.value)) { #expect(abs(mine - expected) < 1e-9) }
                    #expect(abs(base[index] - background.map(Forest.value).reduce(0, +) / 2) < 1e-9)
                    #expect(abs(explained[index] - Forest.value(row)) < 1e-6)
                    #expect(abs(own.reduce(base[index], +) - explained[index]) < 1e-6)
                }
                // Asked for by name, and with no background: against zeros.
                let named = try await probe.send(
                    "POST", "/v2/models/forest/versions/1/explain", json: Self.json([rows[0]], #"{"method":"tree"}"#))
                let zeros = Self.shapley(rows[0], [[0, 0, 0]], Forest.value)
                #expect(named.json["parameters"]?["method"] == "tree_interventional", "\(named.text)")
                for (mine, expected) in zip(try #require(ExplainTests.tensor(named, "x")?.data), zeros) {
                    #expect(abs(mine - expected) < 1e-9)
                }
            }
        }
    }

    @Test("a model of no known kind is explained by running it, by every method, with the same check")
    func anyModel() async throws {
        try await withFolder { folder in
            var graph = GraphBuilder(name: "product")
            graph.input("x", .float, shape: [-1, 3])
            graph.output("y", .float, shape: [-1, 3])
            graph.node("Mul", ["x", "x"], to: ["square"])
            graph.node("Tanh", ["square"], to: ["y"])
            try folder.put(try graph.model().bytes(), "product", 1)
            try await folder.running { probe in
                func explain(_ parameters: String) async throws -> ProbeAnswer {
                    try await probe.send("POST", "/v2/models/product/explain", json: Self.json([[1, 0.5, 2]], parameters))
                }
                for (method, name, isExact) in [("auto", "exact", true), ("kernel", "kernel", false), ("occlusion", "occlusion", false)] {
                    let answer = try await explain(#"{"method":"\#(method)","target":1}"#)
                    #expect(answer.status == 200, "\(answer.text)")
                    let facts = answer.json["parameters"]
                    #expect(facts?["method"]?.stringValue == name)
                    if method == "auto" { #expect(facts?["exact"] == .bool(isExact)) }
                    #expect(try #require(facts?["additivity_residual"]?.doubleValue) < 1e-6)
                    let values = try #require(ExplainTests.tensor(answer, "x")?.data)
                    for (mine, expected) in zip(values, [0, tanh(0.25), 0]) { #expect(abs(mine - expected) < 1e-6, "\(method): \(values)") }
                }
                for (parameters, word) in [
                    (#"{"method":"tree"}"#, "method tree"), (#"{"method":"linear"}"#, "method linear"),
                    (#"{"samples":99999}"#, "samples"), (#"{"method":"exact","samples":7}"#, "samples"),
                ] {
                    let refused = try await explain(parameters)
                    #expect(refused.status == 400 || refused.status == 422, "\(parameters): \(refused.status)")
                    #expect(refused.json["error"]?.stringValue?.contains(word) == true, "\(parameters): \(refused.text)")
                }
            }
        }
    }

    @Test("what would cost too much is refused before the model is run for it, with what to ask for")
    func cost() async throws {
        try await withFolder { folder in
            var graph = GraphBuilder(name: "wide")
            graph.input("x", .float, shape: [-1, 3])
            graph.output("y", .float, shape: [-1, 3])
            graph.node("Tanh", ["x"], to: ["y"])
            try folder.put(try graph.model().bytes(), "wide", 1)
            try await folder.running { probe in
                let rows = [[Double]](repeating: [1, 2, 3], count: 64)
                let background = [String](repeating: "[0,0,0]", count: 100).joined(separator: ",")

                let answer = try await probe.send(
                    "POST", "/v2/models/wide/explain",
                    json: Self.json(rows, #"{"method":"kernel","samples":16384,"background":[\#(background)]}"#))

                #expect(answer.status == 400 || answer.status == 422, "\(answer.status)")
                #expect(answer.json["error"]?.stringValue?.contains("at most 500000") == true, "\(answer.text)")
            }
        }
    }

    @Test("more explanations than there may be at once are told to come again, and a place that is given back is taken again")
    func admission() throws {
        let admission = Admission("explanations", most: 2)
        try admission.enter()
        try admission.enter()

        let refused = #expect(throws: Problem.self) { try admission.enter() }
        #expect(refused?.status == 429)
        admission.leave()
        try admission.enter()
        #expect(throws: Problem.self) { try admission.enter() }
    }
}
