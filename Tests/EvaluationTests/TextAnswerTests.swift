import Contracts
import Foundation
import ONNX
import OnnxRuntime
import TestSupport
import Testing

@testable import Evaluation

/// A capability whose answers are texts of no fixed set, judged by what people prefer.
@Suite("Answers that are texts")
struct TextAnswerTests {
    private func manifest(atLeast: Double) throws -> CapabilityManifest {
        let text = """
            {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "captions", "team": "documents"},
             "interface": {"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 2]}],
                           "outputs": [{"name": "caption", "datatype": "BYTES", "shape": [-1]}]},
             "data": {"dataset": "captions", "split": {"by": "hash", "train": 0.6, "validation": 0.2, "test": 0.2}},
             "tests": [{"name": "liked", "kind": "pairwise", "dataset": "tastes", "against": "champion", "atLeast": \(atLeast)},
                       {"name": "as written", "kind": "metric", "metric": "accuracy", "atLeast": 0.5}]}
            """
        return try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8))
    }

    /// Says the first text where x0 is larger, else the second.
    private func model(_ texts: [String]) throws -> [UInt8] {
        var builder = GraphBuilder(name: "captions")
        builder.input("x", .float, shape: [-1, 2])
        builder.output("caption", .string, shape: [-1])
        let all = builder.texts(texts, shape: [2])
        builder.node("ArgMax", ["x"], to: ["place"], integers: ["axis": 1, "keepdims": 0])
        builder.node("Gather", [all, "place"], to: ["caption"], integers: ["axis": 0])
        return try builder.model().bytes()
    }

    private func results(preferred: String, atLeast: Double) throws -> [TestResult] {
        let rows = (0..<80).map { row($0, label: .string($0 % 2 == 0 ? "a cat" : "a dog"), x: $0 % 2 == 0 ? [1, 0] : [0, 1]) }
        let tastes = rows.map { row in
            var row = row
            row.context = ["a": row.label == "a cat" ? "cat" : "dog", "b": row.label ?? .null]
            row.label = .string(preferred)
            return row
        }
        let order = SuiteOrder(
            id: "s", model: .init(bytes: try model(["a cat", "a dog"]), version: 2), manifest: try manifest(atLeast: atLeast), revision: 1,
            dataset: DatasetReference(name: "captions", version: 1),
            material: SuiteMaterial(
                rows: rows, others: ["champion": .init(bytes: try model(["cat", "dog"]), version: 1)], preferences: ["tastes": tastes]))
        return try SuiteRunner(runtime: try testRuntime()).run(order).report.results
    }

    @Test("people's preferences decide between two models' texts, and a text is right where it is the label")
    func preferences() throws {
        let liked = try results(preferred: "b", atLeast: 0.9)
        let disliked = try results(preferred: "a", atLeast: 0.1)
        let even = try results(preferred: "tie", atLeast: 0.5)

        #expect(liked[0].verdict == .pass && liked[0].value == 1 && liked[0].rows == 80)
        #expect(liked[1].verdict == .pass && liked[1].value == 1)
        #expect(disliked[0].verdict == .fail && disliked[0].value == 0)
        #expect(even[0].verdict == .inconclusive && even[0].value == 0.5)
        #expect(even[0].parts?.map(\.rows) == [0, 80, 0])
    }

    @Test("inputs that are equal have one fingerprint, and others of the same numbers do not")
    func fingerprint() {
        func print(_ input: [String: JSONValue]) -> UInt64 { InputFingerprint(input).value }

        #expect(print(["x": [8, 0]]) == print(["x": [8.0, -0.0]]))
        #expect(print(["x": [1, 2], "y": "a"]) == print(["y": "a", "x": [1, 2]]))
        let others: [[String: JSONValue]] = [
            ["x": [1, 2]], ["x": [2, 1]], ["x": [[1], 2]], ["y": [1, 2]], ["x": ["1", 2]], ["x": [1, 2, 0]], ["x": .null],
        ]
        #expect(Set(others.map(print)).count == others.count)
    }
}
