import Contracts
import Foundation
import Tables
import TestSupport

/// The repository's own sample as a capability and a labeled dataset.
enum Digits {
    static func manifest(
        choices: [JSONValue]? = (0..<10).map { .integer($0) }, parameters: String = #"{"l2": 0.01}"#, recipe: String = "softmax-regression"
    ) throws -> CapabilityManifest {
        let text = """
            {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "digits", "team": "documents"},
             "interface": {"inputs": [{"name": "pixels", "datatype": "FP32", "shape": [-1, 64], "minimum": 0, "maximum": 16}],
                           "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]},
                                       {"name": "probabilities", "datatype": "FP32", "shape": [-1, 10]}],
                           "context": [{"name": "source", "datatype": "BYTES"}]},
             "slices": [{"name": "eights", "where": "label = 8"}, {"name": "scanner-b", "where": "context.source = 'b'"},
                        {"name": "scanner-z", "where": "context.source = 'z'"}],
             "data": {"dataset": "digits", "split": {"by": "hash", "train": 0.7, "validation": 0.1, "test": 0.2}},
             "labeling": {"overlap": 1},
             "training": {"recipe": "\(recipe)", "parameters": \(parameters), "seed": 7},
             "tests": [
               {"name": "good enough", "kind": "metric", "metric": "accuracy", "atLeast": 0.85},
               {"name": "eights", "kind": "metric", "metric": "recall", "slice": "eights", "atLeast": 0.6},
               {"name": "scanner z", "kind": "metric", "metric": "accuracy", "slice": "scanner-z", "atLeast": 0.6, "onInconclusive": "warn"},
               {"name": "no step back", "kind": "regression", "metric": "accuracy", "against": "champion", "within": 0.05}]}
            """
        var manifest = try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8))
        manifest.labeling?.choices = choices
        return manifest
    }

    /// The manifest with automatic retraining.
    static func retrained(newLabels: Int) throws -> CapabilityManifest {
        var manifest = try manifest()
        manifest.training?.retrain = try WireJSON.read(
            CapabilityManifest.TrainingSection.Retrain.self, from: .object(["newLabels": .integer(Int64(newLabels))]))
        return manifest
    }

    /// What an earlier attempt at a run has registered as version 1: other bytes than any run makes.
    static func version(run: String) throws -> ModelVersion {
        ModelVersion(
            capability: "digits", version: 1, model: Digest(of: [1]), bytes: 1, run: run,
            dataset: DatasetReference(name: "digits", version: 1), manifestRevision: 1, recipe: "softmax-regression",
            parameters: ["l2": 0.01], seed: 7, metrics: ["train_loss": 0.5], aliases: [], createdAt: .now)
    }

    static func record(_ manifest: CapabilityManifest, revision: Int = 1) throws -> CapabilityRecord {
        CapabilityRecord(
            name: manifest.metadata.name, team: manifest.metadata.team, revision: revision,
            digest: Digest(of: try WireJSON.value(manifest).canonical), manifest: manifest, appliedAt: .now, appliedBy: "test")
    }

    /// Labeled rows of the sample, split by the mesh's hash.
    static func rows(_ count: Int = 1_797) throws -> [DatasetRow] {
        let text = try String(contentsOf: Checkout.root.appending(path: "deploy/samples/digits/digits.csv"), encoding: .utf8)
        let shares = try manifest().data.split
        return try text.split(separator: "\n").dropFirst().prefix(count).enumerated().map { index, line in
            let fields = line.split(separator: ",")
            guard fields.count == 67 else { throw TestSupportError("line \(index + 2) has \(fields.count) fields") }
            let id = "digit-\(index)"
            let split = Split.assigned(key: id, salt: "sample", shares: shares, selection: .all)
            let pixels = fields[..<64].map { JSONValue.number(Double($0) ?? .nan) }
            return DatasetRow(
                id: id, split: split.rawValue, input: ["pixels": .array(pixels)], context: ["source": .string(String(fields[65]))],
                label: Int64(fields[64]).map { .integer($0) })
        }
    }
}
