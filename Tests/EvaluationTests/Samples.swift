import Contracts
import Evaluation
import Foundation
import OnnxRuntime
import TestSupport

/// A capability with two inputs, three choices and a few slices, whose tests each test of this target sets.
func manifest(tests: [TestSpec], choices: [JSONValue] = [0, 1, 2]) throws -> CapabilityManifest {
    let text = """
        {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "shapes", "team": "documents"},
         "interface": {"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 2]}],
                       "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]},
                                   {"name": "probabilities", "datatype": "FP32", "shape": [-1, 3]}],
                       "context": [{"name": "source", "datatype": "BYTES"}]},
         "slices": [{"name": "twos", "where": "label = 2"}, {"name": "scanner-b", "where": "context.source = 'b'"},
                    {"name": "said-one", "where": "prediction.label = 1"}, {"name": "nowhere", "where": "context.source = 'z'"}],
         "data": {"dataset": "shapes", "split": {"by": "hash", "train": 0.6, "validation": 0.2, "test": 0.2},
                  "needs": [{"slice": "twos", "atLeast": 500}]},
         "labeling": {"overlap": 1}}
        """
    var manifest = try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8))
    manifest.labeling?.choices = choices
    manifest.tests = tests
    return manifest
}

/// A labeled row of the test split.
func row(_ id: Int, label: JSONValue, source: String = "a", x: [Double] = [0, 0]) -> DatasetRow {
    DatasetRow(
        id: "row-\(id)", split: "test", input: ["x": .array(x.map { .number($0) })], context: ["source": .string(source)], label: label)
}

/// Rows with labels and what a model said of them; it gives the class it chose `confidence` and the others the rest.
func scored(_ pairs: [(label: Int, said: Int)], source: (Int) -> String = { _ in "a" }, confidence: Double = 0.8) -> (
    rows: [DatasetRow], predictions: Predictions
) {
    let rows = pairs.enumerated().map { row($0, label: .integer(Int64($1.label)), source: source($0)) }
    let probabilities = pairs.flatMap { pair in (0..<3).map { $0 == pair.said ? confidence : (1 - confidence) / 2 } }
    let outputs = ["label": pairs.map { JSONValue.integer(Int64($0.said)) }]
    return (rows, Predictions(classes: pairs.map(\.said), probabilities: probabilities, outputs: outputs))
}

/// `right` pairs that agree, then `wrong` that do not.
func pairs(right: Int, wrong: Int, label: Int = 0) -> [(label: Int, said: Int)] {
    Array(repeating: (label, label), count: right) + Array(repeating: (label, (label + 1) % 3), count: wrong)
}

/// Wilson's score interval, written out again from his formula (1927).
func wilson(_ hits: Int, _ rows: Int) -> (low: Double, high: Double) {
    let (z, n) = (1.959963984540054, Double(rows))
    let p = Double(hits) / n
    let centre = p + z * z / (2 * n)
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return ((centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n))
}

/// The engine's library, as `make deps` has put it.
func testRuntime() throws -> Runtime {
    let given = ProcessInfo.processInfo.environment["MESH_ONNXRUNTIME"]
    return try Runtime(libraryPath: given ?? Checkout.root.appending(path: ".mesh/lib/libonnxruntime.so").path)
}

extension [TestResult] {
    /// The result of the test of a name.
    subscript(_ name: String) -> TestResult? { first { $0.name == name } }
}
