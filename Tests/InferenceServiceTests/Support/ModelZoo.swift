import ONNX

/// Small models of the kinds that teams bring.
enum ModelZoo {
    /// An image of three planes to 4 scores: a convolution, its mean over each plane, and a dense layer.
    static func vision() throws -> [UInt8] {
        var graph = GraphBuilder(name: "vision")
        graph.input("image", .float, shape: [-1, 3, 8, 8])
        graph.output("scores", .float, shape: [-1, 4])
        let kernel = graph.floats((0..<4 * 3 * 3 * 3).map { Float($0 % 5) / 5 }, shape: [4, 3, 3, 3])
        graph.node("Conv", ["image", kernel], to: ["planes"], attributes: ["pads": .integers([1, 1, 1, 1])])
        graph.node("Relu", ["planes"], to: ["active"])
        graph.node("GlobalAveragePool", ["active"], to: ["means"])
        graph.node("Flatten", ["means"], to: ["scores"])
        return try graph.model().bytes()
    }

    /// Token ids and a mask, both of variable length, to the mean of the tokens' embeddings.
    static func text() throws -> [UInt8] {
        var graph = GraphBuilder(name: "text")
        graph.input("input_ids", .int64, shape: [-1, -1])
        graph.input("attention_mask", .int64, shape: [-1, -1])
        graph.output("embedding", .float, shape: [-1, 2])
        let table = graph.floats((0..<20).map(Float.init), shape: [10, 2])
        let axes = graph.integers([2], shape: [1])
        let tokens = graph.integers([1], shape: [1])
        graph.node("Gather", [table, "input_ids"], to: ["tokens"])
        graph.node("Cast", ["attention_mask"], to: ["mask"], integers: ["to": 1])
        graph.node("Unsqueeze", ["mask", axes], to: ["wide"])
        graph.node("Mul", ["tokens", "wide"], to: ["kept"])
        graph.node("ReduceSum", ["kept", tokens], to: ["sum"], integers: ["keepdims": 0])
        graph.node("ReduceSum", ["wide", tokens], to: ["count"], integers: ["keepdims": 0])
        graph.node("Div", ["sum", "count"], to: ["embedding"])
        return try graph.model().bytes()
    }

    /// One tree that splits the first feature at 0.5, with classes 7 and 9; `mapped` gives the scores as a sequence of maps beside it.
    static func trees(mapped: Bool) throws -> [UInt8] {
        var graph = GraphBuilder(name: "trees")
        graph.input("x", .float, shape: [-1, 2])
        graph.output("label", .int64, shape: [-1])
        graph.node(
            "TreeEnsembleClassifier", domain: "ai.onnx.ml", ["x"], to: ["label", "scores"],
            attributes: [
                "nodes_treeids": .integers([0, 0, 0]), "nodes_nodeids": .integers([0, 1, 2]), "nodes_featureids": .integers([0, 0, 0]),
                "nodes_modes": .texts(["BRANCH_LEQ", "LEAF", "LEAF"]), "nodes_values": .floats([0.5, 0, 0]),
                "nodes_truenodeids": .integers([1, 0, 0]), "nodes_falsenodeids": .integers([2, 0, 0]),
                // Of two classes only the second has weights, as exporters write it.
                "class_treeids": .integers([0, 0]), "class_nodeids": .integers([1, 2]), "class_ids": .integers([1, 1]),
                "class_weights": .floats([0.1, 0.8]), "classlabels_int64s": .integers([7, 9]), "post_transform": .text("NONE"),
            ])
        if mapped {
            graph.node(
                "ZipMap", domain: "ai.onnx.ml", ["scores"], to: ["maps"], attributes: ["classlabels_int64s": .integers([7, 9])])
            graph.output("maps")
        } else {
            graph.output("scores", .float, shape: [-1, 2])
        }
        return try graph.model().bytes()
    }

    /// Texts in, the same texts out, and for each whether it is `yes`.
    static func strings() throws -> [UInt8] {
        var graph = GraphBuilder(name: "strings")
        graph.input("text", .string, shape: [-1, 1])
        graph.output("echo", .string, shape: [-1, 1])
        graph.output("code", .int64, shape: [-1, 1])
        graph.node("Identity", ["text"], to: ["echo"])
        graph.node(
            "LabelEncoder", domain: "ai.onnx.ml", ["text"], to: ["code"],
            attributes: ["keys_strings": .texts(["yes"]), "values_int64s": .integers([1]), "default_int64": .integer(0)])
        return try graph.model().bytes()
    }

    /// A sequence of variable length to its running sum.
    static func sequence() throws -> [UInt8] {
        var graph = GraphBuilder(name: "sequence")
        graph.input("steps", .float, shape: [-1, -1, 2])
        graph.output("sums", .float, shape: [-1, -1, 2])
        let axis = graph.integers([1], shape: [])
        graph.node("CumSum", ["steps", axis], to: ["sums"])
        return try graph.model().bytes()
    }

    /// A model that takes exactly one row.
    static func single() throws -> [UInt8] {
        var graph = GraphBuilder(name: "single")
        graph.input("x", .double, shape: [1, 2])
        graph.output("y", .double, shape: [1, 2])
        graph.node("Neg", ["x"], to: ["y"])
        return try graph.model().bytes()
    }
}
