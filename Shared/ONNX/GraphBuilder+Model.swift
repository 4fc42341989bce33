import SwiftProtobuf

extension GraphBuilder {
    /// Adds another model's nodes and constants under names of their own; its operator sets become this model's.
    ///
    /// - Parameters:
    ///   - prefix: put before every name of the other model.
    ///   - inputs: the names in this graph that stand for the model's inputs.
    /// - Returns: the name in this graph of each of its outputs. Throws ``ONNXFault`` for an input without a name, and for functions or weights
    ///   that are kept outside the graph.
    public mutating func append(_ model: ONNXModel, prefix: String, inputs: [String: String]) throws(ONNXFault) -> [String: String] {
        for input in model.inputs where inputs[input.name] == nil {
            throw ONNXFault("the model wants an input \(input.name), which is not given")
        }
        guard !model.proto.graph.initializer.contains(where: \.isExternal) else {
            throw ONNXFault("the model keeps weights in other files")
        }
        for imported in model.proto.opsetImport {
            if ["", "ai.onnx"].contains(imported.domain) {
                opset = imported.version
            } else {
                domains[imported.domain] = imported.version
            }
        }
        fileFormat = max(fileFormat, model.proto.irVersion)
        let renamed = { (name: String) in name.isEmpty ? name : inputs[name] ?? prefix + name }
        graph.initializer += model.proto.graph.initializer.map { $0.renamed(renamed) }
        graph.node += model.proto.graph.node.map { $0.renamed(renamed) }
        return Dictionary(model.proto.graph.output.map { ($0.name, renamed($0.name)) }) { first, _ in first }
    }
}

extension Onnx_TensorProto {
    /// Whether the file names another one for the elements: field 13, which is none of those that this module reads.
    fileprivate var isExternal: Bool {
        var fields = WireFields(unknownFields.data)
        while let field = fields.next() {
            if field.number == 13 { return true }
        }
        return false
    }

    fileprivate func renamed(_ name: (String) -> String) -> Onnx_TensorProto {
        var tensor = self
        tensor.name = name(tensor.name)
        return tensor
    }
}

extension Onnx_NodeProto {
    fileprivate func renamed(_ rename: (String) -> String) -> Onnx_NodeProto {
        var node = self
        node.input = node.input.map(rename)
        node.output = node.output.map(rename)
        node.name = rename(node.name)
        node.attribute = node.attribute.map { attribute in
            guard attribute.hasG else { return attribute }
            // A branch or a loop's body sees the names around it.
            var attribute = attribute
            attribute.g.node = attribute.g.node.map { $0.renamed(rename) }
            attribute.g.initializer = attribute.g.initializer.map { $0.renamed(rename) }
            for index in attribute.g.input.indices { attribute.g.input[index].name = rename(attribute.g.input[index].name) }
            for index in attribute.g.output.indices { attribute.g.output[index].name = rename(attribute.g.output[index].name) }
            attribute.g.valueInfo = []
            return attribute
        }
        return node
    }
}
