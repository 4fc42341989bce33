import Foundation

extension GraphBuilder {
    /// What a node is told beside its inputs.
    public enum Attribute: Sendable {
        case integer(Int64)
        case float(Float)
        case text(String)
        case integers([Int64])
        case floats([Float])
        case texts([String])
        /// A tensor of one dimension.
        case floatTensor([Float])
        case byteTensor([UInt8])

        func proto(name: String) -> Onnx_AttributeProto {
            var attribute = Onnx_AttributeProto()
            attribute.name = name
            switch self {
            case .integer(let value): (attribute.type, attribute.i) = (.int, value)
            case .float(let value): (attribute.type, attribute.f) = (.float, value)
            case .text(let value): (attribute.type, attribute.s) = (.string, Data(value.utf8))
            case .integers(let values): (attribute.type, attribute.ints) = (.ints, values)
            case .floats(let values): (attribute.type, attribute.floats) = (.floats, values)
            case .texts(let values): (attribute.type, attribute.strings) = (.strings, values.map { Data($0.utf8) })
            case .floatTensor(let values):
                (attribute.type, attribute.t) = (.tensor, Self.tensor(.float, values.count, values.withUnsafeBytes { Data($0) }))
            case .byteTensor(let values): (attribute.type, attribute.t) = (.tensor, Self.tensor(.uint8, values.count, Data(values)))
            }
            return attribute
        }

        private static func tensor(_ element: ONNXModel.ElementType, _ count: Int, _ data: Data) -> Onnx_TensorProto {
            var tensor = Onnx_TensorProto()
            (tensor.dims, tensor.dataType, tensor.rawData) = ([Int64(count)], Int32(element.rawValue), data)
            return tensor
        }
    }
}
