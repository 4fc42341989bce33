import Foundation
import Testing

@testable import LinearAlgebra

@Suite("Multilayer perceptron", .serialized)
struct MultilayerPerceptronTests {
    private let fixture = Fixture()

    @Test("the gradient agrees with finite differences")
    func gradient() {
        var generator = InitializationGenerator(seed: 3)
        let network = Network(sizes: [4, 6, 5, 3], generator: &generator)
        let weights = (0..<90).map { 0.5 + Double($0 % 3) / 2 }
        func loss(_ network: Network) -> Double {
            network.lossAndGradients(fixture.features, labels: fixture.labels, weights: weights, l2: 0.1).loss
        }
        let gradients = network.lossAndGradients(fixture.features, labels: fixture.labels, weights: weights, l2: 0.1).gradients

        for (index, layer) in network.layers.enumerated() {
            let differences = layer.weights.elements.indices.map { element in
                var forward = network
                var backward = network
                forward.layers[index].weights.elements[element] += 1e-6
                backward.layers[index].weights.elements[element] -= 1e-6
                return (loss(forward) - loss(backward)) / 2e-6
            }
            #expect(largestDifference(gradients[index].weights.elements, differences) < 1e-6)
        }
    }

    @Test("learns what no linear model can")
    func exclusiveOr() throws {
        BLAS.setThreads(1)
        let numbers = Fixture.numbers(800, seed: 5).map { $0 * 2 - 1 }
        let features = Matrix(rows: 400, columns: 2, elements: numbers)
        let labels = (0..<400).map { features[$0, 0] * features[$0, 1] > 0 ? 1 : 0 }
        let options = MultilayerPerceptron.Options(hidden: [16], learningRate: 0.02, batchSize: 50, epochs: 40, seed: 1)

        let network = try MultilayerPerceptron.fit(features: features, labels: labels, classes: 2, options: options)
        let linear = try SoftmaxRegression.fit(features: features, labels: labels, classes: 2)

        #expect(rightShare(network.predictions(features), labels) > 0.95)
        #expect(rightShare(linear.predictions(features), labels) < 0.7)
    }

    @Test("the same seed gives the same bytes and another seed others")
    func reproducible() throws {
        BLAS.setThreads(1)
        func fit(seed: UInt64) throws -> MultilayerPerceptron {
            let options = MultilayerPerceptron.Options(hidden: [8], batchSize: 32, epochs: 3, seed: seed)
            return try MultilayerPerceptron.fit(features: fixture.features, labels: fixture.labels, classes: 3, options: options)
        }

        #expect(try fit(seed: 4) == fit(seed: 4))
        #expect(try fit(seed: 4) != fit(seed: 5))
    }

    @Test("the folded layers give the same probabilities on raw features")
    func folded() throws {
        let options = MultilayerPerceptron.Options(hidden: [8], epochs: 2)
        let model = try MultilayerPerceptron.fit(features: fixture.features, labels: fixture.labels, classes: 3, options: options)
        let raw = MultilayerPerceptron(standardization: nil, layers: model.folded, loss: 0)

        let difference = largestDifference(
            model.probabilities(fixture.features).elements, raw.probabilities(fixture.features).elements)

        #expect(difference < 1e-12)
    }

    @Test("progress is reported for each epoch and the loss falls")
    func progress() throws {
        var losses: [Double] = []
        let options = MultilayerPerceptron.Options(hidden: [8], epochs: 12)
        _ = try MultilayerPerceptron.fit(features: fixture.features, labels: fixture.labels, classes: 3, options: options) {
            losses.append($0.loss)
        }

        #expect(losses.count == 12)
        #expect(losses[11] < losses[0])
    }

    @Test("the loss is the mean over rows whatever the batch size, so that a short last batch counts no more", arguments: [89, 45, 10, 90])
    func batches(_ size: Int) throws {
        let options = MultilayerPerceptron.Options(hidden: [8], l2: 0, learningRate: 1e-12, batchSize: size, epochs: 1)
        let model = try MultilayerPerceptron.fit(features: fixture.features, labels: fixture.labels, classes: 3, options: options)
        let probabilities = model.probabilities(fixture.features)
        let mean = fixture.labels.indices.map { -log(probabilities[$0, fixture.labels[$0]]) }.reduce(0, +) / 90

        #expect(abs(model.loss - mean) < 1e-6)
    }

    @Test("options that make no sense are refused by name")
    func refusals() {
        #expect(throws: TrainingError.invalid(option: "learningRate", expected: "above 0")) {
            try MultilayerPerceptron.fit(
                features: fixture.features, labels: fixture.labels, classes: 3, options: .init(learningRate: 0))
        }
    }

    private func rightShare(_ predictions: [Int], _ labels: [Int]) -> Double {
        Double(zip(predictions, labels).filter { $0 == $1 }.count) / Double(labels.count)
    }
}
