import Contracts
import Evaluation
import Foundation
import ONNX
import OnnxRuntime
import Statistics
import Tensors

/// A classifier of ten classes, its suite, and rows made from a seed: those of test, and half as many of train.
struct SuiteComparisonRun {
    private static let classes = 10

    private let order: SuiteOrder
    private let runner: SuiteRunner
    private let session: Session
    private let tensors: [Tensor]

    init(rows count: Int, features: Int, runtime: Runtime) throws {
        var generator = SeededGenerator(seed: 1)
        let weights = (0..<(features * Self.classes)).map { _ in Float(generator.normal()) / 2 }
        let candidate = try Self.model(weights, features)
        let champion = try Self.model(weights.map { $0 + Float(generator.normal()) / 20 }, features)
        let session = try Session(runtime: runtime, model: candidate)
        runner = SuiteRunner(runtime: runtime)
        let inputs = (0..<count).map { _ in (0..<features).map { _ in Float((generator.normal() * 1_000).rounded() / 1_000) } }
        let tensors = stride(from: 0, to: count, by: 256).map { start in
            let part = inputs[start..<min(start + 256, count)]
            return Tensor(name: "x", shape: [part.count, features], floats: part.flatMap(\.self))
        }
        let answers = try tensors.flatMap { try session.run([$0], outputs: ["label"])[0].elements(as: Int64.self) }
        let rows = inputs.indices.map { row in
            // One label in twelve is another class.
            let label = generator.index(below: 12) == 0 ? Int64(generator.index(below: Self.classes)) : answers[row]
            return DatasetRow(
                id: "row-\(row)", split: "test", input: ["x": .array(inputs[row].map { .number(Double($0)) })],
                context: ["source": .string(row % 4 == 0 ? "b" : "a")], label: .integer(label))
        }
        let train = (0..<(count / 2)).map { row in
            let input = (0..<features).map { _ in JSONValue.number((generator.normal() * 1_000).rounded() / 1_000) }
            return DatasetRow(id: "train-\(row)", split: "train", input: ["x": .array(input)], context: [:], label: 0)
        }
        self.session = session
        self.tensors = tensors
        order = SuiteOrder(
            id: "bench", model: .init(bytes: candidate, version: 2), manifest: try Self.manifest(features), revision: 1,
            dataset: DatasetReference(name: "bench", version: 1),
            material: SuiteMaterial(rows: rows + train, others: ["champion": .init(bytes: champion, version: 1)]))
    }

    /// The suite's time beside the bare engine's, and each test's share.
    func lines(rounds: Int) throws -> [String] {
        var whole: [Double] = []
        var processor: [Double] = []
        var engine: [Double] = []
        var tests: [String: [Double]] = [:]
        var verdicts: [String: String] = [:]
        for _ in 0..<max(1, rounds) {
            engine.append(try Self.seconds { for tensor in tensors { _ = try session.run([tensor]) } })
            var outcome: SuiteOutcome?
            let started = clock()
            whole.append(try Self.seconds { outcome = try runner.run(order) })
            processor.append(Double(clock() - started) / Double(CLOCKS_PER_SEC))
            for result in outcome?.report.results ?? [] {
                tests[result.name, default: []].append(result.seconds ?? 0)
                verdicts[result.name] = result.verdict.rawValue
            }
        }
        let names = order.manifest.tests?.map(\.name) ?? []
        let own = names.map { [$0, verdicts[$0] ?? "", Self.milliseconds(tests[$0] ?? [])] }
        let rest = [
            [
                "scoring, rows to tensors, slices, rows blob", "",
                Self.milliseconds(
                    whole.indices.map { round in
                        whole[round] - names.reduce(0) { $0 + (tests[$1]?[round] ?? 0) }
                    }),
            ],
            ["whole suite (target: under 2000)", "", Self.milliseconds(whole)],
            ["whole suite, processor time", "", Self.milliseconds(processor)],
            ["bare engine, one model, ready tensors", "", Self.milliseconds(engine)],
        ]
        return [TextTable.text(["test", "verdict", "ms"], own + rest)]
    }

    private static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try work()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private static func milliseconds(_ seconds: [Double]) -> String {
        seconds.isEmpty ? "" : String(format: "%.1f", Quantile.of(seconds.sorted(), 0.5) * 1_000)
    }

    private static func model(_ weights: [Float], _ features: Int) throws -> [UInt8] {
        let layer = ONNXModel.Layer(weights: weights, bias: [Float](repeating: 0, count: classes), inputs: features)
        return try ONNXModel.classifier(
            [layer], classes: (0..<Int64(classes)).map(\.self), input: "x", label: "label", probabilities: "probabilities"
        ).bytes()
    }

    private static func manifest(_ features: Int) throws -> CapabilityManifest {
        let text = """
            {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "bench", "team": "bench"},
             "interface": {"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, \(features)]}],
                           "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]},
                                       {"name": "probabilities", "datatype": "FP32", "shape": [-1, \(classes)]}],
                           "context": [{"name": "source", "datatype": "BYTES"}]},
             "slices": [{"name": "eights", "where": "label = 8"}, {"name": "scanner-b", "where": "context.source = 'b'"}],
             "data": {"dataset": "bench", "split": {"by": "hash", "train": 0.6, "validation": 0.2, "test": 0.2}},
             "tests": [
               {"name": "accuracy", "kind": "metric", "metric": "accuracy", "atLeast": 0.9},
               {"name": "recall of a slice", "kind": "metric", "metric": "recall", "slice": "eights", "atLeast": 0.8},
               {"name": "f1", "kind": "metric", "metric": "f1", "atLeast": 0.8},
               {"name": "log loss", "kind": "metric", "metric": "log_loss", "atMost": 5},
               {"name": "ROC area", "kind": "metric", "metric": "roc_auc", "atLeast": 0.8},
               {"name": "no step back", "kind": "regression", "metric": "accuracy", "against": "champion", "within": 0.02},
               {"name": "no step back in loss", "kind": "regression", "metric": "log_loss", "against": "champion", "within": 0.1},
               {"name": "fairness", "kind": "fairness", "metric": "accuracy", "groups": "context.source", "differenceAtMost": 0.05},
               {"name": "calibration", "kind": "calibration", "errorAtMost": 0.5},
               {"name": "invariance", "kind": "invariance", "perturb": {"scale": [0.9, 1.1]}, "agreementAtLeast": 0.9},
               {"name": "data", "kind": "data"},
               {"name": "size", "kind": "size", "megabytesAtMost": 1}]}
            """
        return try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8))
    }
}
