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
            }
            return attribute
        }
    }
}
