import Foundation
import SwiftProtobuf

extension ONNXRewrite {
    /// A constant of a graph that is being rewritten.
    public struct Constant: Sendable {
        let proto: Onnx_TensorProto

        init(proto: Onnx_TensorProto) { self.proto = proto }

        /// A constant of raw elements, row-major and little-endian.
        public init(name: String, _ element: ONNXModel.ElementType, shape: [Int], bytes: Data) {
            var tensor = Onnx_TensorProto()
            tensor.name = name
            tensor.dataType = Int32(element.rawValue)
            tensor.dims = shape.map(Int64.init)
            tensor.rawData = bytes
            proto = tensor
        }

        public init(name: String, shape: [Int], floats: [Float]) {
            self.init(name: name, .float, shape: shape, bytes: floats.withUnsafeBytes { Data($0) })
        }

        public var name: String { proto.name }

        public var shape: [Int] { proto.dims.map { Int($0) } }

        /// Nil for a type that this module does not know.
        public var element: ONNXModel.ElementType? { ONNXModel.ElementType(rawValue: Int(proto.dataType)) }

        /// The elements of a constant of 32-bit floats, row-major; nil for another type, and where the file does not hold them.
        public var floats: [Float]? {
            guard element == .float, let found = ONNXConstant(proto) else { return nil }
            return found.elements.map { Float($0) }
        }

        /// Whether the elements lie in another file: `external_data` is field 13 of the format, which this module does not read.
        public var isElsewhere: Bool {
            var fields = WireFields(proto.unknownFields.data)
            while let field = fields.next() {
                if field.number == 13 { return true }
            }
            return false
        }
    }
}
