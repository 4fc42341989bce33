import Contracts
import Foundation
import OnnxRuntime
import Tensors
import TestSupport
import Testing

/// Attributions of models of scikit-learn and XGBoost by the public `shap` package: Vectors/make_vectors.py makes them.
struct AttributionVectors: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        /// The ONNX file, in base64.
        let model: Data
        let output: String
        let target: Int
        let method: String
        let rows: [[Double]]
        let background: [[Double]]?
        let base: Double
        let values: [[Double]]

        var testDescription: String { name }
        var inputs: Tensor { Self.tensor(rows) }
        var backgroundInputs: Tensor? { background.map(Self.tensor) }

        static func tensor(_ rows: [[Double]]) -> Tensor {
            Tensor(name: "x", shape: [rows.count, rows.first?.count ?? 0], floats: rows.joined().map { Float($0) })
        }
    }

    let cases: [Case]

    static func read() throws -> [Case] {
        guard let url = Bundle.module.url(forResource: "attributions", withExtension: "json", subdirectory: "Vectors") else {
            throw CocoaError(.fileNoSuchFile)
        }
        return try JSONDecoder().decode(AttributionVectors.self, from: Data(contentsOf: url)).cases
    }
}
