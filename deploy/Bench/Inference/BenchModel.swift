import Contracts
import Tensors

/// A model of the benchmark, with inputs for it that are the same in every run.
enum BenchModel: String, Sendable, Codable, CaseIterable {
    /// Logistic regression, 64 to 10.
    case digits
    /// Dense layers of 784, 256, 128, 10.
    case mlp
    /// all-MiniLM-L6-v2, a sentence of 128 tokens.
    case minilm
    /// The shape of MobileNetV3-Large, 224 x 224 pixels.
    case convnet

    private static let tokens = 128
    private static let imageSide = 224

    /// Inputs of so many rows.
    func inputs(rows: Int) -> [Tensor] {
        var random = SplitMix64(state: 0x5eed)
        switch self {
        case .digits, .mlp:
            let width = self == .digits ? 64 : 784
            // Four decimals, as clients send what they scaled.
            let floats = (0..<rows * width).map { _ in Float(Int.random(in: 0..<10_000, using: &random)) / 10_000 }
            return [Tensor(name: "pixels", shape: [rows, width], floats: floats)]
        case .minilm:
            let ids = (0..<rows * Self.tokens).map { _ in Int64.random(in: 1_000..<20_000, using: &random) }
            return [("input_ids", ids), ("attention_mask", ids.map { _ in 1 }), ("token_type_ids", ids.map { _ in 0 })].map {
                Tensor(name: $0, shape: [rows, Self.tokens], integers: $1)
            }
        case .convnet:
            let floats = (0..<rows * 3 * Self.imageSide * Self.imageSide).map { _ in Float.random(in: -2...2, using: &random) }
            return [Tensor(name: "image", shape: [rows, 3, Self.imageSide, Self.imageSide], floats: floats)]
        }
    }

    /// Milliseconds in the engine, not microseconds.
    var isHeavy: Bool { self == .minilm || self == .convnet }

    /// What a capability with this model would declare; the service holds each request against it.
    var interface: Interface {
        let classes = [
            Interface.Field(name: "label", datatype: "INT64", shape: [-1]),
            Interface.Field(name: "probabilities", datatype: "FP32", shape: [-1, 10], minimum: 0, maximum: 1),
        ]
        switch self {
        case .digits:
            return Interface(inputs: [.init(name: "pixels", datatype: "FP32", shape: [-1, 64], minimum: 0, maximum: 1)], outputs: classes)
        case .mlp:
            return Interface(inputs: [.init(name: "pixels", datatype: "FP32", shape: [-1, 784], minimum: 0, maximum: 1)], outputs: classes)
        case .minilm:
            let highest = ["input_ids": 30_521.0, "attention_mask": 1, "token_type_ids": 1]
            return Interface(
                inputs: highest.sorted { $0.key < $1.key }.map {
                    .init(name: $0.key, datatype: "INT64", shape: [-1, -1], minimum: 0, maximum: $0.value)
                },
                outputs: [.init(name: "embedding", datatype: "FP32", shape: [-1, 384])])
        case .convnet:
            return Interface(
                inputs: [
                    .init(name: "image", datatype: "FP32", shape: [-1, 3, Self.imageSide, Self.imageSide], minimum: -10, maximum: 10)
                ],
                outputs: [.init(name: "logits", datatype: "FP32", shape: [-1, 1_000])])
        }
    }
}
