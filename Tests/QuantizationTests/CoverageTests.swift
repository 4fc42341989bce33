import ONNX
import Testing

@testable import Quantization

@Suite("Operator coverage of targets")
struct CoverageTests {
    @Test("every list names its source and its day, and has the operators of every network")
    func tables() {
        for target in DeviceTarget.allCases {
            #expect(!target.table.source.isEmpty && !target.table.date.isEmpty)
            for operation in ["Conv", "MatMul", "Gemm", "Relu", "Add", "Softmax", "MaxPool", "Reshape"] {
                #expect(target.table.operators[operation] != nil, "\(target) \(operation)")
            }
            #expect(target.table.operators["TreeEnsembleClassifier"] == nil)
        }
        #expect(DeviceTarget.allCases.map { $0.table.operators.count } == [59, 38, 53, 178, 193])
    }

    @Test("a network of convolutions runs on Core ML in the partitions that its usability checker counts")
    func convolutional() throws {
        var models = TestModels(seed: 51)
        let bytes = try models.convolutional().bytes()
        let program = try coverage(of: bytes, for: .coreMLProgram)

        #expect(program.nodes == 9)
        #expect(program.supported == 8)
        #expect(program.partitions.map(\.count) == [7, 1])
        #expect(program.unsupported.map(\.node) == ["Flatten_7"])
        #expect(program.unsupported.map(\.reason) == ["the operator is not on the target's list"])
        #expect(try coverage(of: bytes, for: .nnapi).share == 1)
        #expect(try coverage(of: bytes, for: .directML).partitions.count == 1)
    }

    @Test("constants, dimensions and attributes that a target wants are looked at")
    func requirements() throws {
        var models = TestModels(seed: 52)
        var graph = GraphBuilder(name: "wants")
        graph.input("x", .float, shape: [-1, 2, 4, 4, 4])
        graph.input("w", .float, shape: [4, 4])
        graph.output("y")
        let weights = graph.floats(models.numbers(54), shape: [1, 2, 3, 3, 3])
        graph.node("Conv", ["x", weights], to: ["a"])
        graph.node("Relu", ["a"], to: ["b"])
        graph.node("Gemm", ["w", "w"], to: ["c"])
        graph.node("TopK", ["c", graph.integers([1], shape: [1])], to: ["y", "i"])
        let found = try coverage(of: try graph.model().bytes(), for: .coreMLProgram)

        #expect(
            found.unsupported.map(\.reason) == [
                "the kernel has 3 dimensions, and 1 or 2 are taken", "input 1 must be a constant",
                "the operator is not on the target's list",
            ])
        #expect(found.partitions == [["Relu_1"]])
        #expect(throws: QuantizationFault.self) { try coverage(of: [1], for: .nnapi) }
    }

    @Test("a weight behind a DequantizeLinear counts as a constant")
    func quantized() throws {
        var models = TestModels(seed: 53)
        let builder = VariantBuilder(runtime: try testRuntime())
        let variant = try builder.make(VariantOptions(.int8Weights), from: try models.convolutional().bytes())
        let found = try coverage(of: variant.bytes, for: .nnapi)

        #expect(found.share == 1, "\(found.unsupported)")
        #expect(try coverage(of: variant.bytes, for: .coreMLProgram).unsupported.map(\.operation).contains("DequantizeLinear"))
    }
}
