import Foundation

/// Adaptive moment estimation (Kingma & Ba 2015, algorithm 1) with the paper's decay rates.
struct Adam {
    private static let firstDecay = 0.9
    private static let secondDecay = 0.999
    private static let epsilon = 1e-8

    private let learningRate: Double
    private var first: [[Double]]
    private var second: [[Double]]
    private var step = 0

    init(learningRate: Double, shapes: [DenseLayer]) {
        self.learningRate = learningRate
        first = shapes.flatMap { [Array(repeating: 0, count: $0.weights.elements.count), Array(repeating: 0, count: $0.bias.count)] }
        second = first
    }

    /// Moves every weight and bias by one step.
    mutating func update(_ layers: inout [DenseLayer], gradients: [DenseLayer]) {
        step += 1
        for index in layers.indices {
            move(&layers[index].weights.elements, gradients[index].weights.elements, slot: 2 * index)
            move(&layers[index].bias, gradients[index].bias, slot: 2 * index + 1)
        }
    }

    private mutating func move(_ parameters: inout [Double], _ gradient: [Double], slot: Int) {
        let firstCorrection = 1 - pow(Self.firstDecay, Double(step))
        let secondCorrection = 1 - pow(Self.secondDecay, Double(step))
        let rate = learningRate
        parameters.withUnsafeMutableBufferPointer { parameters in
            gradient.withUnsafeBufferPointer { gradient in
                first[slot].withUnsafeMutableBufferPointer { m in
                    second[slot].withUnsafeMutableBufferPointer { v in
                        for index in parameters.indices {
                            m[index] = Self.firstDecay * m[index] + (1 - Self.firstDecay) * gradient[index]
                            v[index] = Self.secondDecay * v[index] + (1 - Self.secondDecay) * gradient[index] * gradient[index]
                            let size = (v[index] / secondCorrection).squareRoot() + Self.epsilon
                            parameters[index] -= rate * (m[index] / firstCorrection) / size
                        }
                    }
                }
            }
        }
    }
}
