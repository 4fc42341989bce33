import Foundation
import OnnxRuntime
import Tensors
import Testing

@testable import ONNX
@testable import Quantization

/// What onnxruntime.quantization made of two models, see Vectors/make_vectors.py.
@Suite("Agreement with onnxruntime.quantization")
struct ReferenceTests {
    struct Vectors: Decodable {
        let cases: [String: Case]
    }

    struct Case: Decodable {
        let model: Data
        let shape: [Int]
        let rows: [Float]
        let scales: [String: [Float]]
        let zeroPoints: [String: [Int]]
        let weights: [String: [Int]]
        let answers: [String: [Double]]

        var batch: [Tensor] { [Tensor(name: "x", shape: shape, floats: rows)] }
    }

    private static func vectors(_ name: String) throws -> Case {
        let url = try #require(Bundle.module.url(forResource: "Vectors/quantization", withExtension: "json"))
        return try #require(try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url)).cases[name])
    }

    private func variant(_ reference: Case, _ precision: Precision, _ runtime: Runtime) throws -> Variant {
        let options = VariantOptions(precision)
        var calibrator = try Calibrator(model: Array(reference.model), options: options.with(.int8Static), runtime: runtime)
        try calibrator.observe(reference.batch)
        return try VariantBuilder(runtime: runtime).make(
            options, from: Array(reference.model), calibration: try calibrator.calibration(), comparedOn: [reference.batch])
    }

    /// Weights: every scale and every number. Values: scale and zero point of each that both quantise, which must be the input and a value
    /// after a ReLU at least.
    @Test("static: scales, zero points and numbers are the same", arguments: ["perceptron", "convolutions"])
    func parameters(name: String) throws {
        let reference = try Self.vectors(name)
        let made = try variant(reference, .int8Static, try testRuntime())
        let graph = ONNXRewrite(try ONNXModel(bytes: made.bytes))
        let constants = Dictionary(uniqueKeysWithValues: graph.constants.map { ($0.name, $0) })

        for weight in ["w0", "w1"] {
            #expect(constants["\(weight)_scale"]?.floats == reference.scales[weight], "\(weight)")
            let numbers = try #require(constants["\(weight)_quantized"]?.numbers)
            #expect(numbers == reference.weights[weight], "\(weight)")
        }
        var compared: Set<String> = []
        for value in reference.scales.keys where !value.hasPrefix("w") && !value.hasPrefix("b") {
            guard let scale = constants["\(value)_scale"]?.floats, let zero = constants["\(value)_zero_point"]?.numbers else { continue }
            compared.insert(value)
            #expect(zip(scale, reference.scales[value] ?? []).allSatisfy { abs($0 - $1) <= 2e-6 * $1 }, "\(value)")
            #expect(zero == reference.zeroPoints[value], "\(value)")
        }
        #expect(compared.isSuperset(of: name == "perceptron" ? ["x", "h"] : ["x", "r0"]), "\(compared)")
    }

    @Test("answers err no more than half as much again as the reference's", arguments: ["perceptron", "convolutions"])
    func errors(name: String) throws {
        let reference = try Self.vectors(name)
        let runtime = try testRuntime()
        let right = try #require(reference.answers["float"])
        for (precision, key) in [(Precision.int8Static, "static"), (.int8Dynamic, "dynamic")] {
            let answers = try #require(reference.answers[key])
            let error = zip(answers, right).map { abs($0 - $1) }.reduce(0, +) / Double(right.count)
            let agreement = try #require(try variant(reference, precision, runtime).report.agreement)

            #expect(agreement.meanError < 1.5 * error, "\(key): \(agreement.meanError) against \(error)")
        }
    }

    @Test("dynamic: a perceptron's answers are the reference's, to the last bits")
    func dynamic() throws {
        let reference = try Self.vectors("perceptron")
        let runtime = try testRuntime()
        let made = try variant(reference, .int8Dynamic, runtime)
        let answers = try Session(runtime: runtime, model: made.bytes).run(reference.batch)[0].elements(as: Float.self)

        #expect(zip(answers, try #require(reference.answers["dynamic"])).allSatisfy { abs(Double($0) - $1) < 1e-4 })
    }
}

extension ONNXRewrite.Constant {
    /// The elements of a constant of 8-bit whole numbers.
    fileprivate var numbers: [Int]? {
        switch element {
        case .int8: proto.rawData.map { Int(Int8(bitPattern: $0)) }
        case .uint8: proto.rawData.map { Int($0) }
        default: nil
        }
    }
}

extension VariantOptions {
    fileprivate func with(_ precision: Precision) -> VariantOptions {
        var options = self
        options.precision = precision
        return options
    }
}
