import Contracts
import ONNX
import Tensors

/// A frozen model whose output is taken as features.
public struct Backbone: Sendable {
    public let model: ONNXModel
    /// Name of the output that is taken.
    public let output: String
    private let input: ONNXModel.Port

    /// Throws ``RecipeError/backbone(_:)`` for bytes that are no model of one input, and for an output that it has not.
    ///
    /// - Parameter output: the first of its floats when nil.
    public init(bytes: [UInt8], output: String?) throws(RecipeError) {
        do {
            model = try ONNXModel(bytes: bytes)
        } catch { throw .backbone("\(error)") }
        guard model.inputs.count == 1, let input = model.inputs.first else {
            throw .backbone("it has \(model.inputs.count) inputs, and one is wanted")
        }
        let floats = model.outputs.filter { $0.element == .float }
        guard let port = output == nil ? floats.first : floats.first(where: { $0.name == output }) else {
            throw .backbone("its outputs of floats are \(floats.map(\.name).joined(separator: ", "))")
        }
        guard (2...4).contains(port.shape.count) else {
            throw .backbone("output \(port.name) has \(port.shape.count) sizes; 2 to 4 are wanted")
        }
        self.input = input
        self.output = port.name
        rank = port.shape.count
    }

    private let rank: Int

    /// Adds the plan's inputs, the model, and what makes rows of its output; gives the name of the embeddings, FP32 `[-1, n]`.
    func append(_ plan: FeaturePlan, to graph: inout GraphBuilder) throws(RecipeError) -> String {
        let present = try feed(plan, &graph)
        let outputs: [String: String]
        do {
            let needed = graph.opset
            outputs = try graph.append(model, prefix: "backbone/", inputs: [input.name: present])
            guard graph.opset >= needed else { throw RecipeError.backbone("its operator set is \(graph.opset), and \(needed) is needed") }
        } catch let error as RecipeError { throw error } catch { throw .backbone("\(error)") }
        guard let output = outputs[output] else { throw .backbone("it has no output \(output)") }
        return pooled(output, &graph)
    }

    /// What the model is given: the input as it is where the types agree, an image with channels first, or the features.
    private func feed(_ plan: FeaturePlan, _ graph: inout GraphBuilder) throws(RecipeError) -> String {
        let only = plan.inputs.count == 1 ? plan.inputs[0] : nil
        if input.shape.count == 4, input.element == .float {
            guard let only, case .image(let shape) = only.encoding else { throw .backbone("it wants images, and the input holds none") }
            plan.addInputs(to: &graph)
            return FeaturePlan.image(shape, of: only.field, name: "input/image", &graph)
        }
        if let only, FeatureInput.element(of: only.field) == input.element, only.field.shape.count == input.shape.count {
            plan.addInputs(to: &graph)
            return only.field.name
        }
        guard input.element == .float, input.shape.count == 2 else { throw .backbone("its input does not fit those of the capability") }
        return plan.append(to: &graph)
    }

    /// The mean over what lies beside batch and channels: words of a text, places of an image.
    private func pooled(_ output: String, _ graph: inout GraphBuilder) -> String {
        guard rank > 2 else { return output }
        let axes: [Int64] = rank == 3 ? [1] : [2, 3]
        // Axes were an attribute before operator set 18.
        if graph.opset < 18 {
            graph.node("ReduceMean", [output], to: ["features/pooled"], attributes: ["axes": .integers(axes), "keepdims": .integer(0)])
        } else {
            graph.node(
                "ReduceMean", [output, graph.integers(axes, shape: [axes.count])], to: ["features/pooled"], integers: ["keepdims": 0])
        }
        return "features/pooled"
    }
}
