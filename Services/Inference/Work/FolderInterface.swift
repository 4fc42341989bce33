import Contracts
import ONNX
import Tensors

/// The interface of a model that nothing but its file declares.
enum FolderInterface {
    /// Of the ports; nil where the file leaves something open that the engine has to say.
    static func declared(by ports: ONNXPorts) -> Interface? {
        guard (ports.inputs + ports.outputs).allSatisfy(\.isTyped) else { return nil }
        let inputs = ports.inputs.map(field)
        // What is no tensor cannot be answered; the model's other outputs can.
        let outputs = ports.outputs.filter { $0.element != nil }.map(field)
        guard !inputs.contains(nil), !outputs.contains(nil) else { return nil }
        return Interface(inputs: inputs.compactMap(\.self), outputs: outputs.compactMap(\.self))
    }

    private static func field(_ port: ONNXPorts.Port) -> Interface.Field? {
        guard let element = port.element, let shape = port.shape else { return nil }
        return Interface.Field(name: port.name, datatype: Datatype(element).rawValue, shape: shape)
    }
}

extension Datatype {
    /// The protocol's datatype of a type of elements.
    init(_ element: ONNXModel.ElementType) {
        self =
            switch element {
            case .float: .fp32
            case .uint8: .uint8
            case .int8: .int8
            case .uint16: .uint16
            case .int16: .int16
            case .int32: .int32
            case .int64: .int64
            case .string: .bytes
            case .bool: .bool
            case .float16: .fp16
            case .double: .fp64
            case .uint32: .uint32
            case .uint64: .uint64
            case .bfloat16: .bf16
            }
    }
}
