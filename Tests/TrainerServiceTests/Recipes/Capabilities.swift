import Contracts
import Foundation
import TestSupport

@testable import TrainerService

/// Small capabilities and rows for the recipes, made by rule.
enum Capabilities {
    /// A manifest with these inputs, outputs and choices.
    static func manifest(inputs: String, outputs: String, choices: String = "null") throws -> CapabilityManifest {
        let text = """
            {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "sample", "team": "documents"},
             "interface": {"inputs": \(inputs), "outputs": \(outputs)},
             "data": {"dataset": "sample", "split": {"by": "hash", "train": 0.7, "validation": 0.2, "test": 0.1}},
             "labeling": {"overlap": 1, "choices": \(choices)}}
            """
        return try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8))
    }

    static let classes = """
        [{"name": "label", "datatype": "INT64", "shape": [-1]}, {"name": "p", "datatype": "FP32", "shape": [-1, 2]}]
        """
    static let number = #"[{"name": "y", "datatype": "FP32", "shape": [-1]}]"#
    static let mixed = """
        [{"name": "size", "datatype": "FP32", "shape": [-1]}, {"name": "colour", "datatype": "BYTES", "shape": [-1]}]
        """

    /// Rows of a size and a colour: y is three times the size, and five more for red ones.
    static func rows(_ count: Int = 120, label: (Double, Bool) -> JSONValue) -> [DatasetRow] {
        (0..<count).map { index in
            let size = Double((index * 29) % 101) / 10
            let isRed = index % 3 == 0
            return DatasetRow(
                id: String(format: "row-%04d", index), split: index % 5 == 4 ? "validation" : "train",
                input: ["size": .number(size), "colour": .string(isRed ? "red" : index % 3 == 1 ? "green" : "blue")], context: [:],
                label: label(size, isRed))
        }
    }

    static let numbers = rows { size, isRed in .number(3 * size + (isRed ? 5 : 0)) }
    /// 1 where the number is above 18.
    static let halves = rows { size, isRed in .integer(3 * size + (isRed ? 5 : 0) > 18 ? 1 : 0) }
}
