import Contracts
import LinearAlgebra
import ONNX

/// Fits a recipe's model and writes it as ONNX.
enum RecipeFit {
    /// A fitted model's file and its loss on the rows it was fitted to.
    struct Fitted: Sendable {
        let model: [UInt8]
        let loss: Double
    }

    /// Blocks the thread. The same rows, parameters, seed and libraries give the same bytes.
    static func fit(
        _ recipe: Recipe, _ parameters: [String: JSONValue], seed: Int, rows: TrainingRows, shape: ClassifierShape, codes: [Int64],
        progress: @escaping (TrainingProgress) throws -> Void
    ) throws -> Fitted {
        switch recipe {
        case .softmaxRegression:
            let model = try SoftmaxRegression.fit(
                features: rows.features, labels: rows.labels, classes: codes.count, weights: rows.weights,
                options: softmaxOptions(parameters), progress: progress)
            return Fitted(model: try export([model.folded], shape, codes), loss: model.loss)
        case .multilayerPerceptron:
            let model = try MultilayerPerceptron.fit(
                features: rows.features, labels: rows.labels, classes: codes.count, weights: rows.weights,
                options: perceptronOptions(parameters, seed: seed), progress: progress)
            return Fitted(model: try export(model.folded, shape, codes), loss: model.loss)
        }
    }

    private static func softmaxOptions(_ given: [String: JSONValue]) -> SoftmaxRegression.Options {
        var options = SoftmaxRegression.Options()
        options.l2 = given["l2"]?.doubleValue ?? options.l2
        options.standardizes = given["standardize"]?.boolValue ?? options.standardizes
        options.maximumIterations = given["maximumIterations"]?.wholeNumber ?? options.maximumIterations
        options.gradientTolerance = given["gradientTolerance"]?.doubleValue ?? options.gradientTolerance
        return options
    }

    private static func perceptronOptions(_ given: [String: JSONValue], seed: Int) -> MultilayerPerceptron.Options {
        var options = MultilayerPerceptron.Options()
        options.l2 = given["l2"]?.doubleValue ?? options.l2
        options.standardizes = given["standardize"]?.boolValue ?? options.standardizes
        options.hidden = given["hidden"]?.arrayValue?.compactMap(\.wholeNumber) ?? options.hidden
        options.learningRate = given["learningRate"]?.doubleValue ?? options.learningRate
        options.batchSize = given["batchSize"]?.wholeNumber ?? options.batchSize
        options.epochs = given["epochs"]?.wholeNumber ?? options.epochs
        options.seed = UInt64(bitPattern: Int64(seed))
        return options
    }

    private static func export(_ layers: [DenseLayer], _ shape: ClassifierShape, _ codes: [Int64]) throws -> [UInt8] {
        let converted = layers.map { layer in
            ONNXModel.Layer(
                weights: layer.weights.elements.map { Float($0) }, bias: layer.bias.map { Float($0) }, inputs: layer.weights.rows)
        }
        return try ONNXModel.classifier(
            converted, classes: codes, input: shape.input.name, label: shape.label, probabilities: shape.probabilities
        ).bytes()
    }
}

extension JSONValue {
    /// The whole number, when this is one.
    var wholeNumber: Int? { integerValue.map { Int($0) } }
}
