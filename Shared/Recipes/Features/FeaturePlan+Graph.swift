import Contracts
import ONNX

extension FeaturePlan {
    /// Adds the inputs and what becomes of them; gives the name of the features, FP32 `[-1, columns]`.
    public func append(to graph: inout GraphBuilder) -> String {
        addInputs(to: &graph)
        if isPlain { return inputs[0].field.name }
        let parts = inputs.enumerated().map { index, input in Self.features(of: input, name: "input/\(index)", &graph) }
        guard parts.count > 1 else { return parts[0] }
        graph.node("Concat", parts, to: ["features/all"], integers: ["axis": 1])
        return "features/all"
    }

    /// Declares the inputs, and chooses an operator set that has what they need.
    func addInputs(to graph: inout GraphBuilder) {
        for input in inputs {
            graph.input(input.field.name, FeatureInput.element(of: input.field) ?? .float, shape: input.field.shape)
            switch input.encoding {
            // Splitting and joining of texts came with 20, resizing that looks at all pixels with 18.
            case .words: graph.opset = max(graph.opset, 20)
            case .image(let shape) where shape.isResized: graph.opset = max(graph.opset, 18)
            default: break
            }
        }
    }

    /// The name of one input's features, `[-1, columns]`.
    static func features(of input: FeatureInput, name: String, _ graph: inout GraphBuilder) -> String {
        switch input.encoding {
        case .numbers(let fill, let missing): numbers(input, fill: fill, missing: missing, name: name, &graph)
        case .categories(let texts): categories(input, texts, name: name, &graph)
        case .words(let buckets, let longest):
            WordGraph(buckets: buckets, longest: longest, name: name).append(input.field.name, isFlat: input.field.shape.count == 1, &graph)
        case .image(let shape): flattened(image(shape, of: input.field, name: name, &graph), shape.columns, name: name, &graph)
        }
    }

    private static func numbers(
        _ input: FeatureInput, fill: [Float]?, missing: Float?, name: String, _ graph: inout GraphBuilder
    ) -> String {
        var present = input.field.name
        if input.field.datatype != "FP32" {
            graph.node("Cast", [present], to: ["\(name)_float"], integers: ["to": Int64(ONNXModel.ElementType.float.rawValue)])
            present = "\(name)_float"
        }
        if input.field.shape.count != 2 { present = flattened(present, input.columns, name: name, &graph) }
        guard let fill else { return present }
        graph.node("IsNaN", [present], to: ["\(name)_nan"])
        var absent = "\(name)_nan"
        if let missing {
            graph.node("Equal", [present, graph.floats([missing], shape: [1])], to: ["\(name)_marked"])
            graph.node("Or", [absent, "\(name)_marked"], to: ["\(name)_absent"])
            absent = "\(name)_absent"
        }
        graph.node("Where", [absent, graph.floats(fill, shape: [fill.count]), present], to: ["\(name)_filled"])
        return "\(name)_filled"
    }

    private static func categories(_ input: FeatureInput, _ texts: [[String]], name: String, _ graph: inout GraphBuilder) -> String {
        var parts: [String] = []
        let flat = flattened(input.field.name, texts.count, name: "\(name)_texts", &graph)
        for (index, texts) in texts.enumerated() where !texts.isEmpty {
            let column = "\(name)_column_\(index)"
            graph.node("Gather", [flat, graph.integers([Int64(index)], shape: [])], to: [column], integers: ["axis": 1])
            graph.node(
                "OneHotEncoder", domain: "ai.onnx.ml", [column], to: ["\(column)_hot"],
                // With `zeros`, a text that is none of these gives zeros instead of a fault.
                attributes: ["cats_strings": .texts(texts), "zeros": .integer(1)])
            parts.append("\(column)_hot")
        }
        guard parts.count > 1 else { return parts.first ?? flat }
        graph.node("Concat", parts, to: ["\(name)_hot"], integers: ["axis": 1])
        return "\(name)_hot"
    }

    /// Rows of so many elements.
    static func flattened(_ present: String, _ columns: Int, name: String, _ graph: inout GraphBuilder) -> String {
        graph.node("Reshape", [present, graph.integers([-1, Int64(columns)], shape: [2])], to: ["\(name)_rows"])
        return "\(name)_rows"
    }

    /// The image as FP32 `[-1, channels, height, width]`, resized and normalised.
    static func image(_ shape: ImageShape, of field: Interface.Field, name: String, _ graph: inout GraphBuilder) -> String {
        var present = field.name
        func then(_ operation: String, _ more: [String], _ attributes: [String: GraphBuilder.Attribute] = [:], as suffix: String) {
            graph.node(operation, [present] + more, to: ["\(name)_\(suffix)"], attributes: attributes)
            present = "\(name)_\(suffix)"
        }
        if field.datatype != "FP32" { then("Cast", [], ["to": .integer(Int64(ONNXModel.ElementType.float.rawValue))], as: "float") }
        if !shape.isChannelsFirst { then("Transpose", [], ["perm": .integers([0, 3, 1, 2])], as: "channels") }
        if shape.isResized {
            let sizes = graph.integers(shape.target.map { Int64($0) }, shape: [2])
            let resize: [String: GraphBuilder.Attribute] = [
                "mode": .text("linear"), "coordinate_transformation_mode": .text("half_pixel"), "antialias": .integer(1),
                "exclude_outside": .integer(1),
                "axes": .integers([2, 3]),
            ]
            then("Resize", ["", "", sizes], resize, as: "resized")
        }
        if shape.scale != 1 { then("Mul", [graph.floats([shape.scale], shape: [1])], as: "scaled") }
        if !shape.means.isEmpty { then("Sub", [graph.floats(shape.means, shape: [1, shape.channels, 1, 1])], as: "centred") }
        if !shape.deviations.isEmpty { then("Div", [graph.floats(shape.deviations, shape: [1, shape.channels, 1, 1])], as: "normal") }
        return present
    }
}
