import Contracts
import Foundation
import ONNX
import OnnxRuntime
import TestSupport
import Testing

@testable import Evaluation

@Suite("The suite on the engine")
struct SuiteRunnerTests {
    /// Scores x0, x1 and 0.5: the answer is 0 when x0 is largest, 1 when x1 is, else 2.
    private func model(input: String = "x", codes: [Int64] = [0, 1, 2]) throws -> [UInt8] {
        let layer = ONNXModel.Layer(weights: [8, 0, 0, 0, 8, 0], bias: [0, 0, 4], inputs: 2)
        return try ONNXModel.classifier([layer], classes: codes, input: input, label: "label", probabilities: "probabilities").bytes()
    }

    private func rows(_ count: Int, choices: [JSONValue]) -> [DatasetRow] {
        (0..<count).map { index in
            let x = [[1.0, 0], [0, 1], [0.1, 0.2]][index % 3]
            return row(index, label: choices[index % 3], x: x)
        }
    }

    @Test("all labeled test rows are scored in batches, in order, and the report carries the numbers", arguments: [1, 255, 600])
    func report(count: Int) throws {
        let manifest = try manifest(tests: [TestSpec(name: "good", kind: "metric", metric: "accuracy", atLeast: 0.1)])
        var rows = rows(count, choices: [0, 1, 2])
        // What must not count: another split, no label.
        var train = rows[0]
        train.split = "train"
        train.label = 1
        var bare = rows[0]
        bare.label = nil
        rows += [train, bare]
        let bytes = try model()

        let report = try SuiteRunner(runtime: try testRuntime()).report(
            id: "s1", .init(bytes: bytes, version: 3), manifest: manifest, revision: 2,
            dataset: DatasetReference(name: "shapes", version: 5), rows: rows, champion: nil)

        #expect(report.results[0].value == 1)
        #expect(report.results[0].rows == count)
        #expect(report.model == Digest(of: bytes))
        #expect(report.version == 3)
        #expect(report.manifestRevision == 2)
        #expect(report.champion == nil)
        #expect(try WireJSON.decode(SuiteReport.self, from: WireJSON.encode(report)).results == report.results)
    }

    @Test("choices that are texts, or numbers in another order, stand for the model's answers by their order")
    func choices() throws {
        let texts: [JSONValue] = ["circle", "square", "star"]
        let numbers: [JSONValue] = [30, 10, 20]
        for (choices, codes) in [(texts, [Int64(0), 1, 2]), (numbers, [30, 10, 20])] {
            let manifest = try manifest(tests: [TestSpec(name: "good", kind: "metric", metric: "accuracy", atLeast: 0.5)], choices: choices)
            let report = try SuiteRunner(runtime: try testRuntime()).report(
                id: "s1", .init(bytes: try model(codes: codes), version: nil), manifest: manifest, revision: 1,
                dataset: DatasetReference(name: "shapes", version: 1), rows: rows(60, choices: choices), champion: nil)
            #expect(report.results[0].value == 1)
            #expect(LabelSet(manifest)?.codes == codes)
        }
        #expect(LabelSet(choices: numbers).position(of: 10.0) == 1)
        #expect(LabelSet(choices: numbers).position(of: 11) == nil)
    }

    @Test("a model with other tensors is refused by name; as champion it only leaves its own tests open")
    func otherTensors() throws {
        let tests = [
            TestSpec(name: "good", kind: "metric", metric: "accuracy", atLeast: 0.5),
            TestSpec(name: "back", kind: "regression", metric: "accuracy", against: "champion", within: 0.1),
        ]
        let manifest = try manifest(tests: tests)
        let other = SuiteRunner.Model(bytes: try model(input: "pixels"), version: 1)
        let own = SuiteRunner.Model(bytes: try model(), version: 2)
        let runner = SuiteRunner(runtime: try testRuntime())
        func report(_ model: SuiteRunner.Model, champion: SuiteRunner.Model) throws -> SuiteReport {
            try runner.report(
                id: "s", model, manifest: manifest, revision: 1, dataset: DatasetReference(name: "shapes", version: 1),
                rows: rows(90, choices: [0, 1, 2]), champion: champion)
        }

        #expect(throws: EvaluationError.model("it has no input x; it has pixels")) { try report(other, champion: own) }
        let found = try report(own, champion: other)
        #expect(found.results.map(\.verdict) == [.pass, .inconclusive])
        #expect(found.champion == 1)
        #expect(try report(own, champion: own).results.map(\.verdict) == [.pass, .pass])
    }

    @Test("a row that does not fit is named")
    func badRows() throws {
        let manifest = try manifest(tests: [TestSpec(name: "good", kind: "metric", metric: "accuracy", atLeast: 0.5)])
        func fault(_ bad: DatasetRow) throws -> EvaluationError? {
            do {
                _ = try SuiteRunner(runtime: try testRuntime()).report(
                    id: "s", .init(bytes: try model(), version: nil), manifest: manifest, revision: 1,
                    dataset: DatasetReference(name: "shapes", version: 1), rows: [bad], champion: nil)
                return nil
            } catch let error as EvaluationError { return error }
        }
        var text = row(2, label: 0)
        text.input = ["x": ["a", 1]]

        #expect(try fault(row(1, label: 0, x: [1, 2, 3])) == .row(id: "row-1", "input x has 3 values where 2 were expected"))
        #expect(try fault(text) == .row(id: "row-2", "input x holds a value that is no FP32"))
        #expect(try fault(row(3, label: 7)) == .row(id: "row-3", "its label 7 is none of the choices"))
    }

    @Test("an interface that no row could be made for, of a revision of older rules, is said to be so")
    func hugeShapes() throws {
        var huge = try manifest(tests: [])
        huge.labeling?.choices = nil
        huge.interface.inputs[0].shape = [-1, 1 << 62, 4]
        huge.interface.outputs[1].shape = [-1, 1 << 62]
        #expect(LabelSet(huge) == nil)
        #expect(throws: EvaluationError.self) { try InputBatch.tensors([row(1, label: 1)], interface: huge.interface) }
    }
}
