import Contracts
import Foundation
import ONNX
import TestSupport
import Testing

@testable import MeshCommand

@Suite("Tests on a local file, with no mesh")
struct LocalSuiteTests {
    private static let manifest = """
        apiVersion: mlmesh/v1
        kind: Capability
        metadata: { name: shapes, team: documents }
        interface:
          inputs: [{ name: x, datatype: FP32, shape: [-1, 2], minimum: 0, maximum: 1 }]
          outputs: [{ name: label, datatype: INT64, shape: [-1] }, { name: probabilities, datatype: FP32, shape: [-1, 3] }]
        data: { dataset: shapes, split: { by: hash, train: 0.6, validation: 0.2, test: 0.2 } }
        tests:
          - { name: good, kind: metric, metric: accuracy, atLeast: 0.9 }
          - { name: bright, kind: invariance, perturb: { scale: [0.95] }, agreementAtLeast: 0.9 }
          - { name: back, kind: regression, metric: accuracy, against: champion, within: 0.1 }
          - { name: same, kind: reproducible }
        """

    private func rows(_ count: Int) -> String {
        (0..<count).map { index in
            let x = ["[1, 0]", "[0, 1]", "[0.1, 0.2]"][index % 3]
            return #"{"input": {"x": \#(x)}, "label": \#(index % 3)}"#
        }.joined(separator: "\n")
    }

    /// - Parameter swapped: whether the model takes a 0 for a 1.
    private func suite(_ folder: URL, rows: String, manifest: String = Self.manifest, swapped: Bool = false) throws -> LocalSuite {
        let layer = ONNXModel.Layer(weights: swapped ? [0, 8, 0, 8, 0, 0] : [8, 0, 0, 0, 8, 0], bias: [0, 0, 4], inputs: 2)
        let model = ONNXModel.classifier([layer], classes: [0, 1, 2], input: "x", label: "label", probabilities: "probabilities")
        let (file, text, yaml) = (folder.appending(path: "m.onnx"), folder.appending(path: "r.jsonl"), folder.appending(path: "c.yaml"))
        try Data(try model.bytes()).write(to: file)
        try Data(rows.utf8).write(to: text)
        try Data(manifest.utf8).write(to: yaml)
        return try LocalSuite(capability: "shapes", manifest: yaml.path, model: file.path, rows: text.path)
    }

    /// What is said of files that cannot be tested.
    private func fault(_ folder: URL, rows: String, manifest: String = Self.manifest) -> String {
        do {
            return "none, but \(try suite(folder, rows: rows, manifest: manifest).report())"
        } catch {
            return "\(error)"
        }
    }

    @Test("a model is judged in this process by the manifest's tests")
    func judged() async throws {
        try await withTemporaryFolder { folder in
            let green = try suite(folder, rows: rows(120)).report()
            #expect(green.results.map(\.verdict) == [.pass, .pass, .pass, .pass], "\(green.results.map(\.message))")
            #expect(green.results[0].rows == 120)
            #expect(green.version == nil)
            #expect(TestExit.status(of: green) == 0)
            let red = try suite(folder, rows: rows(120), swapped: true).report()
            #expect(red.results.map(\.verdict) == [.fail, .pass, .pass, .pass])
            #expect(TestExit.status(of: red) == 1)
            #expect(try TestExit.status(of: suite(folder, rows: rows(6)).report()) == 2)
        }
    }

    @Test("rows say their split where they have one; a bad line, file or manifest is named")
    func faults() async throws {
        try await withTemporaryFolder { folder in
            let mixed = rows(60) + "\n\n" + #"{"id": "t", "split": "train", "input": {"x": [1, 0]}, "label": 2}"#
            let counted = try suite(folder, rows: mixed).report()
            #expect(counted.results[0].rows == 60)
            #expect(fault(folder, rows: rows(1) + "\n[1]").contains("r.jsonl, line 2: expected a JSON object"))
            #expect(fault(folder, rows: "\n").contains("r.jsonl holds no row"))
            let wide = #"{"input": {"x": [1, 0, 0]}, "label": 1}"#
            #expect(fault(folder, rows: wide).contains("row line-1 cannot be used: input x has 3 values"))
            let other = Self.manifest.replacing("name: shapes", with: "name: forms")
            #expect(fault(folder, rows: rows(1), manifest: other).contains("holds no manifest of shapes"))
            let bad = Self.manifest.replacing("agreementAtLeast: 0.9", with: "agreementAtLeast: 2")
            let told = fault(folder, rows: rows(1), manifest: bad)
            #expect(told.contains("tests[1].agreementAtLeast (line 10") && told.contains("expected a share from 0 to 1"), "\(told)")
        }
    }
}
