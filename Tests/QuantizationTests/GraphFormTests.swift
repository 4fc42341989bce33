import Foundation
import OnnxRuntime
import SwiftProtobuf
import Tensors
import Testing

@testable import ONNX
@testable import Quantization

/// Models in the forms that other exporters write.
@Suite("Forms of graphs")
struct GraphFormTests {
    private let runtime: Runtime
    private let builder: VariantBuilder

    init() throws {
        runtime = try testRuntime()
        builder = VariantBuilder(runtime: runtime)
    }

    private func variants(_ model: ONNXModel, _ rows: [Tensor], precisions: [Precision] = Precision.allCases) throws -> [Variant] {
        let bytes = try model.bytes()
        return try precisions.map { precision in
            var calibrator = try Calibrator(model: bytes, options: VariantOptions(.int8Static), runtime: runtime)
            try calibrator.observe(rows)
            return try builder.make(
                VariantOptions(precision), from: bytes, calibration: try calibrator.calibration(), comparedOn: [rows])
        }
    }

    private func expectAgreement(_ variants: [Variant], below tolerance: Double = 0.2) throws {
        for variant in variants {
            let agreement = try #require(variant.report.agreement)
            #expect(agreement.maximumError < tolerance, "\(variant.report.precision) \(agreement)")
        }
    }

    @Test("a weight that nodes share is written once, and twice where its channels are other ones")
    func shared() throws {
        var models = TestModels(seed: 21)
        var graph = GraphBuilder(name: "shared")
        graph.input("x", .float, shape: [-1, 16])
        graph.output("y", .float, shape: [-1, 16])
        let weights = graph.floats(models.numbers(256, 0.3), shape: [16, 16])
        graph.node("MatMul", ["x", weights], to: ["a"])
        graph.node("Relu", ["a"], to: ["b"])
        graph.node("MatMul", ["b", weights], to: ["c"])
        graph.node("Gemm", ["c", weights], to: ["y"], integers: ["transB": 1])
        let made = try variants(graph.model(), models.rows([30, 16]))

        try expectAgreement(made)
        for variant in made where variant.report.precision != .half {
            let matrices = ONNXRewrite(try ONNXModel(bytes: variant.bytes)).constants.filter { $0.shape == [16, 16] }
            #expect(matrices.map(\.element) == [.int8, .int8], "\(variant.report.precision)")
        }
    }

    @Test("a weight that a node in floats reads too is kept beside its 8-bit form")
    func alsoRead() throws {
        var models = TestModels(seed: 22)
        var graph = GraphBuilder(name: "beside")
        graph.input("x", .float, shape: [-1, 4])
        graph.output("y", .float, shape: [4, 4])
        graph.output("z", .float, shape: [-1, 4])
        let weights = graph.floats(models.numbers(16), shape: [4, 4])
        graph.node("MatMul", ["x", weights], to: ["z"])
        graph.node("Exp", [weights], to: ["y"])

        let made = try variants(graph.model(), models.rows([9, 4]))
        try expectAgreement(made)
    }

    /// The constants of a model as inputs of its graph, as exporters did before format 4.
    private func listed(_ model: ONNXModel, format: Int64) -> ONNXModel {
        var made = model
        made.proto.irVersion = format
        for constant in model.proto.graph.initializer where constant.dataType == 1 {
            var info = Onnx_ValueInfoProto()
            info.name = constant.name
            info.type.tensorType.elemType = 1
            for size in constant.dims {
                var dimension = Onnx_TensorShapeProto.Dimension()
                dimension.value = .dimValue(size)
                info.type.tensorType.shape.dim.append(dimension)
            }
            made.proto.graph.input.append(info)
        }
        return made
    }

    @Test("constants that old files list as inputs are constants")
    func oldFormat() throws {
        var models = TestModels(seed: 23)
        let model = listed(models.convolutional(), format: 3)
        let made = try variants(model, models.rows([6, 2, 8, 8]))

        try expectAgreement(made, below: 0.3)
        #expect(made.allSatisfy { $0.report.converted["Conv"] == 2 })
        #expect(made.allSatisfy { ONNXPorts(Data($0.bytes))?.inputs.map(\.name) == ["x"] })
    }

    @Test("a constant that a caller may override stays an input and a float")
    func overridable() throws {
        var models = TestModels(seed: 24)
        let model = listed(models.classifier([3, 2]), format: 8)
        let bytes = try model.bytes()
        let fault = #expect(throws: QuantizationFault.self) { try builder.make(VariantOptions(.int8Weights), from: bytes) }
        #expect(fault?.description.contains("which a caller may override") == true)

        let half = try builder.make(VariantOptions(.half), from: bytes, comparedOn: [models.rows([4, 3])])
        let graph = ONNXRewrite(try ONNXModel(bytes: half.bytes))
        #expect(graph.inputNames == ["x", "constant_0", "constant_1"])
        #expect(graph.constants.first { $0.name == "constant_0" }?.element == .float)
        #expect(try #require(half.report.agreement).maximumError < 0.01)
        #expect(half.report.converted["Gemm"] == 1)
    }

    @Test("subgraphs are left alone, and read what they read before")
    func subgraphs() throws {
        var models = TestModels(seed: 25)
        let weights = models.numbers(16)
        var graph = GraphBuilder(name: "branches")
        graph.input("x", .float, shape: [-1, 4])
        graph.input("which", .bool, shape: [])
        graph.output("y", .float, shape: [-1, 4])
        let name = graph.floats(weights, shape: [4, 4])
        graph.node("MatMul", ["x", name], to: ["h"])
        graph.node("If", ["which"], to: ["y"])
        var model = graph.model()
        for (branch, operation) in [("then_branch", "Relu"), ("else_branch", "MatMul")] {
            var inner = Onnx_GraphProto()
            inner.name = branch
            var node = Onnx_NodeProto()
            node.opType = operation
            node.input = operation == "Relu" ? ["h"] : ["h", name]
            node.output = [branch]
            inner.node = [node]
            var output = Onnx_ValueInfoProto()
            output.name = branch
            output.type.tensorType.elemType = 1
            inner.output = [output]
            var attribute = Onnx_AttributeProto()
            (attribute.name, attribute.type, attribute.g) = (branch, .graph, inner)
            model.proto.graph.node[1].attribute.append(attribute)
        }
        for which in [true, false] {
            let rows = models.rows([5, 4]) + [Tensor(name: "which", datatype: .bool, shape: [], raw: [which ? 1 : 0])]
            let made = try variants(model, rows)
            try expectAgreement(made)
            for variant in made {
                #expect(variant.report.converted["MatMul"] == 1)
                #expect(variant.report.left.map(\.operation) == ["If"])
            }
        }
    }

    @Test("operator sets 11 and 12 are lifted where that changes nothing, and refused where it might")
    func opsets() throws {
        var models = TestModels(seed: 26)
        func with(_ opset: Int64, _ model: ONNXModel) -> ONNXModel {
            var made = model
            made.proto.opsetImport[0].version = opset
            return made
        }
        let plain = models.convolutional()
        let rows = models.rows([4, 2, 8, 8])
        for opset in [11, 12] as [Int64] {
            let made = try variants(with(opset, plain), rows)
            try expectAgreement(made, below: 0.3)
            #expect(made.allSatisfy { $0.report.opset == 13 })
        }
        let classifier = models.classifier([4, 3])
        try expectAgreement(try variants(with(12, classifier), models.rows([4, 4])))
        let old = #expect(throws: QuantizationFault.self) {
            try builder.make(VariantOptions(.half), from: try with(10, classifier).bytes())
        }
        #expect(old?.description.contains("operator set 10") == true)
        var graph = GraphBuilder(name: "squeezed")
        graph.input("x", .float, shape: [1, 4])
        graph.output("y")
        graph.node("Squeeze", ["x"], to: ["y"], attributes: ["axes": .integers([0])])
        let fault = #expect(throws: QuantizationFault.self) {
            try builder.make(VariantOptions(.half), from: try with(11, graph.model()).bytes())
        }
        #expect(fault?.description.contains("Squeeze_0 (Squeeze)") == true)
    }

    @Test("a softmax of operator set 12 over more than the last dimension is refused, over the last alone it is lifted")
    func softmax() throws {
        func model(_ axis: Int64) throws -> [UInt8] {
            var graph = GraphBuilder(name: "softmax")
            graph.input("x", .float, shape: [-1, 2, 3])
            graph.output("y", .float, shape: [-1, 2, 3])
            graph.node("Softmax", ["x"], to: ["y"], integers: ["axis": axis])
            var model = graph.model()
            model.proto.opsetImport[0].version = 12
            return try model.bytes()
        }
        var models = TestModels(seed: 27)
        let rows = models.rows([4, 2, 3])
        #expect(throws: QuantizationFault.self) { try builder.make(VariantOptions(.half), from: try model(1)) }
        let made = try builder.make(VariantOptions(.half), from: try model(2), comparedOn: [rows])
        #expect(try #require(made.report.agreement).maximumError < 0.005)
    }

    @Test("Gemm with factors and a transposed weight, products of more dimensions, and constants that nodes give")
    func forms() throws {
        var models = TestModels(seed: 28)
        var graph = GraphBuilder(name: "forms")
        graph.input("x", .float, shape: [-1, 3, 8])
        graph.output("y", .float, shape: [-1, 4])
        let first = graph.floats(models.numbers(48, 0.5), shape: [8, 6])
        graph.node("MatMul", ["x", first], to: ["a"])
        graph.node("Constant", [], to: ["offset"], attributes: ["value": .floatTensor(models.numbers(6))])
        graph.node("Add", ["a", "offset"], to: ["b"])
        graph.node("Tanh", ["b"], to: ["c"])
        graph.node("Flatten", ["c"], to: ["d"])
        let second = graph.floats(models.numbers(72, 0.3), shape: [4, 18])
        let bias = graph.floats(models.numbers(4), shape: [4])
        graph.node("Gemm", ["d", second, bias], to: ["y"], integers: ["transB": 1], floats: ["alpha": 0.5, "beta": 2])
        let made = try variants(graph.model(), models.rows([12, 3, 8]))

        try expectAgreement(made, below: 0.15)
        #expect(made.allSatisfy { $0.report.converted["MatMul"] == 1 && $0.report.converted["Gemm"] == 1 })
    }

    @Test("names that conversions would give are taken by the graph already")
    func names() throws {
        var models = TestModels(seed: 30)
        for suffix in ["_quantized", "_scale", "_zero_point", "_dequantized", "_fp16", "_float", "_sum", "_scales", "_product"] {
            var graph = GraphBuilder(name: "names")
            graph.input("x", .float, shape: [-1, 6])
            graph.input("y" + suffix, .float, shape: [-1, 6])
            graph.output("z", .float, shape: [-1, 6])
            graph.node("Tanh", ["x"], to: ["x" + suffix])
            let weights = graph.floats(models.numbers(36, 0.5), shape: [6, 6])
            let bias = graph.floats(models.numbers(6), shape: [6])
            graph.node("Sigmoid", [bias], to: [weights + suffix])
            graph.node("Gemm", ["x", weights, bias], to: ["y"])
            graph.node("Sum", ["x" + suffix, "y", "y" + suffix, weights + suffix], to: ["s"])
            graph.node("MatMul", ["s", weights], to: ["z"])
            let rows = models.rows([7, 6]) + [Tensor(name: "y" + suffix, shape: [7, 6], floats: models.numbers(42))]
            try expectAgreement(try variants(graph.model(), rows))
        }
    }

    @Test("pooling and reshaping pass on the range of what they read; averages and sums have their own")
    func passing() throws {
        var models = TestModels(seed: 34)
        let plan = StaticPlan(try PreparedGraph(models.convolutional(), runtime), VariantOptions(.int8Static))

        #expect(plan.sources == ["x": "x", "r0": "r0", "p0": "r0", "c1": "c1", "r1": "r1", "g": "g", "f": "g"])
        #expect(plan.reasons.isEmpty)
    }

    @Test("a ReLU takes the place of a product only where it alone reads it")
    func joined() throws {
        var models = TestModels(seed: 33)
        for isRead in [false, true] {
            var graph = GraphBuilder(name: "joined")
            graph.input("x", .float, shape: [-1, 2, 4, 4])
            graph.output("y", .float, shape: [-1, 3, 4, 4])
            models.convolution(&graph, "x", "c", 2, 3)
            graph.node("Relu", ["c"], to: ["r"])
            graph.node("Sub", ["r", isRead ? "c" : "r"], to: ["y"])
            let prepared = try PreparedGraph(graph.model(), runtime)

            #expect(StaticPlan(prepared, VariantOptions(.int8Static)).calibrated == ["x", isRead ? "c" : "r"])
            try expectAgreement(try variants(graph.model(), models.rows([5, 2, 4, 4])))
        }
    }

    @Test("faults say what is wrong")
    func faults() throws {
        var models = TestModels(seed: 29)
        let classifier = try models.classifier([4, 3]).bytes()
        #expect(throws: ONNXFault.self) { try builder.make(VariantOptions(.half), from: [1, 2, 3]) }
        let needs = #expect(throws: QuantizationFault.self) { try builder.make(VariantOptions(.int8Static), from: classifier) }
        #expect(needs?.description.contains("needs calibration rows") == true)
        var outside = try ONNXModel(bytes: classifier)
        outside.proto.graph.initializer[0].rawData = Data()
        try outside.proto.graph.initializer[0].merge(serializedBytes: [0x6a, 2, 0x0a, 0, 0x70, 1] as [UInt8])
        let elsewhere = #expect(throws: QuantizationFault.self) {
            try builder.make(VariantOptions(.half), from: try outside.bytes())
        }
        #expect(elsewhere?.description.contains("another file") == true)
        var calibrator = try Calibrator(model: classifier, options: VariantOptions(.int8Static), runtime: runtime)
        #expect(throws: QuantizationFault.self) { try calibrator.calibration() }
        let infinite = #expect(throws: QuantizationFault.self) {
            try calibrator.observe([Tensor(name: "x", shape: [1, 4], floats: [0, .infinity, 0, 0])])
        }
        #expect(infinite?.description == "value x is not finite on a calibration row")
        try calibrator.observe(models.rows([3, 4]))
        let other = try models.classifier([4, 3]).bytes()
        #expect(throws: QuantizationFault.self) {
            try builder.make(VariantOptions(.int8Static), from: other, calibration: try calibrator.calibration())
        }
    }
}
