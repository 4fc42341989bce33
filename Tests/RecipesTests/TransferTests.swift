import Contracts
import LinearAlgebra
import ONNX
import Recipes
import Tensors
import Testing

@Suite("Heads on a backbone")
struct TransferTests {
    /// Squares and products of two numbers; its names are those that a head takes, too.
    private static func backbone(opset: Int64 = 17) throws -> [UInt8] {
        var graph = GraphBuilder(name: "backbone")
        graph.opset = opset
        graph.input("features", .float, shape: [-1, 2])
        graph.node(
            "Gemm", ["features", graph.floats([1, 0, 1, 0, 1, 1], shape: [2, 3]), graph.floats([0, 0, 0], shape: [3])], to: ["linear_0"])
        graph.node("Mul", ["linear_0", "linear_0"], to: ["embedding"])
        graph.output("embedding", .float, shape: [-1, 3])
        return try graph.model().bytes()
    }

    private static let field = Interface.Field(name: "x", datatype: "FP32", shape: [-1, 2])
    private static let points = (0..<80).map { index in Float((index * 37) % 41) / 20 - 1 }
    /// Inside a circle or not: no line parts them, and squares do.
    private static let labels = (0..<40).map { row in
        let (x, y) = (points[row * 2], points[row * 2 + 1])
        return x * x + y * y < 0.7 ? 1 : 0
    }

    private func graph(opset: Int64 = 17) throws -> FeatureGraph {
        let plan = try FeatureSurvey([Self.field], options: FeatureOptions()).plan()
        return FeatureGraph(plan, backbone: try Backbone(bytes: try Self.backbone(opset: opset), output: nil))
    }

    @Test("the exported model holds backbone and head, and answers as the head does on the embeddings", arguments: [17, 21])
    func merged(opset: Int64) throws {
        let graph = try graph(opset: opset)
        let input = Tensor(name: "x", shape: [40, 2], floats: Self.points)
        let embeddings = try graph.extractor(try Engines.graphs()).features([input])
        let features = Matrix(rows: 40, columns: 3, elements: embeddings.map { Double($0) })

        let fitted = try ClassifierFit(graph: graph, ports: TableFixture.two).fit(
            .head(TransferHead.Options(seed: 1)), train: .memory(FeatureRows(features: features, labels: Self.labels)), validation: nil)
        let answers = try Engines.run(fitted.model, [input], ["p", "label"])

        let head = try TransferHead.fit(embeddings: features, labels: Self.labels, classes: 2, options: TransferHead.Options(seed: 1))
        #expect(difference(answers[0].doubles ?? [], head.model.probabilities(features).elements) < 1e-5)
        let model = try ONNXModel(bytes: fitted.model)
        #expect(model.opset == Int(opset))
        let right = zip(answers[1].elements(as: Int64.self), Self.labels).count { Int($0) == $1 }
        #expect(right >= 38)
    }

    @Test("what is no backbone is refused with its reason")
    func refusals() throws {
        #expect(throws: RecipeError.self) { _ = try Backbone(bytes: [1, 2, 3], output: nil) }
        #expect(throws: RecipeError.backbone("its outputs of floats are embedding")) {
            _ = try Backbone(bytes: try Self.backbone(), output: "hidden")
        }
        let wide = try FeatureSurvey([Interface.Field(name: "t", datatype: "BYTES", shape: [-1])], options: FeatureOptions())
        #expect(throws: RecipeError.self) {
            _ = try FeatureGraph(try wide.plan(), backbone: try Backbone(bytes: try Self.backbone(), output: nil)).extractor(
                try Engines.graphs())
        }
    }
}
