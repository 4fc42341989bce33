import ONNX

/// A model that takes `pixels` and answers the place of the largest.
enum SampleModel {
    static func bytes(named name: String, output: String = "label") throws -> [UInt8] {
        var graph = GraphBuilder(name: name)
        graph.input("pixels", .float, shape: [-1, 64])
        graph.node("ArgMax", ["pixels"], to: [output], integers: ["axis": 1, "keepdims": 0])
        graph.output(output, .int64, shape: [-1])
        return try graph.model().bytes()
    }
}
