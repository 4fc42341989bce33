import ONNX
import OnnxRuntime
import Tensors
import Testing

@testable import Quantization

@Suite("Random graphs")
struct RandomGraphTests {
    /// A graph of a few nodes over matrices of 8 columns, each reading any value before it.
    private func graph(_ models: inout TestModels) -> ONNXModel {
        var graph = GraphBuilder(name: "random")
        graph.input("x", .float, shape: [-1, 8])
        var values = ["x"]
        let nodes = Int.random(in: 2...9, using: &models.generator)
        for index in 0..<nodes {
            let input = values.randomElement(using: &models.generator) ?? "x"
            add(index == 0 ? 0 : Int.random(in: 0...8, using: &models.generator), input, values, "v\(index)", &graph, &models)
            values.append("v\(index)")
        }
        graph.output(values[values.count - 1], .float, shape: [-1, 8])
        if nodes > 4 { graph.output(values[2], .float, shape: [-1, 8]) }
        return graph.model()
    }

    private func add(
        _ kind: Int, _ input: String, _ values: [String], _ output: String, _ graph: inout GraphBuilder, _ models: inout TestModels
    ) {
        switch kind {
        case 0: graph.node("MatMul", [input, graph.floats(models.numbers(64, 0.3), shape: [8, 8])], to: [output])
        case 1:
            let weights = graph.floats(models.numbers(64, 0.3), shape: [8, 8])
            let bias = graph.floats(models.numbers(8), shape: [8])
            graph.node(
                "Gemm", [input, weights, bias], to: [output], integers: ["transB": Int64.random(in: 0...1, using: &models.generator)])
        case 2: graph.node("Relu", [input], to: [output])
        case 3: graph.node("Tanh", [input], to: [output])
        case 4: graph.node("Add", [input, values.randomElement(using: &models.generator) ?? input], to: [output])
        case 5: graph.node("Softmax", [input], to: [output], integers: ["axis": -1])
        case 6: graph.node("Clip", [input, graph.floats([-1], shape: []), graph.floats([1], shape: [])], to: [output])
        case 7: graph.node("Identity", [input], to: [output])
        default: graph.node("Exp", [input].map { $0 == "x" ? $0 : "x" }, to: [output])
        }
    }

    @Test("variants of random graphs load and agree with their parents")
    func agree() throws {
        let runtime = try testRuntime()
        let builder = VariantBuilder(runtime: runtime)
        var models = TestModels(seed: 41)
        for number in 0..<60 {
            let bytes = try graph(&models).bytes()
            let rows = models.rows([40, 8])
            for precision in Precision.allCases {
                var options = VariantOptions(precision)
                options.isPerChannel = number % 3 != 0
                var calibration: Calibration?
                if precision == .int8Static {
                    var calibrator = try Calibrator(model: bytes, options: options, runtime: runtime)
                    try calibrator.observe(rows)
                    calibration = try calibrator.calibration()
                }
                let variant = try builder.make(options, from: bytes, calibration: calibration, comparedOn: [rows])
                let parent = try Session(runtime: runtime, model: bytes).run(rows)
                let size = parent.flatMap { $0.doubles ?? [] }.map(abs).max() ?? 1

                let agreement = try #require(variant.report.agreement)
                let limit = (precision == .half ? 0.01 : 0.1) * max(size, 1)
                #expect(agreement.maximumError <= limit, "graph \(number) \(precision): \(agreement)")
            }
        }
    }
}
