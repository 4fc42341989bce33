import Foundation

/// A tensor of numbers that a graph holds.
public struct ONNXConstant: Sendable {
    public let shape: [Int]
    /// Row-major.
    public let elements: [Double]
    /// Whether the elements are of 64 bits.
    public let isDouble: Bool

    /// Nil for what holds no numbers, or holds them in a way that this module does not read.
    init?(_ tensor: Onnx_TensorProto) {
        let shape = tensor.dims.map { Int($0) }
        guard let element = ONNXModel.ElementType(rawValue: Int(tensor.dataType)),
            let elements = Self.elements(tensor, element), elements.count == shape.reduce(1, *)
        else { return nil }
        self.shape = shape
        self.elements = elements
        isDouble = element == .double
    }

    private static func elements(_ tensor: Onnx_TensorProto, _ element: ONNXModel.ElementType) -> [Double]? {
        switch element {
        case .float: tensor.hasRawData ? read(tensor.rawData, as: Float.self).map { Double($0) } : tensor.floatData.map { Double($0) }
        case .double: tensor.hasRawData ? read(tensor.rawData, as: Double.self) : nil
        case .int64: tensor.hasRawData ? read(tensor.rawData, as: Int64.self).map { Double($0) } : tensor.int64Data.map { Double($0) }
        case .int32: tensor.hasRawData ? read(tensor.rawData, as: Int32.self).map { Double($0) } : tensor.int32Data.map { Double($0) }
        case .uint8: tensor.hasRawData ? read(tensor.rawData, as: UInt8.self).map { Double($0) } : tensor.int32Data.map { Double($0) }
        default: nil
        }
    }

    /// The format keeps elements little-endian, as this processor does.
    private static func read<T: BitwiseCopyable>(_ data: Data, as type: T.Type) -> [T] {
        data.withUnsafeBytes { bytes in
            (0..<(bytes.count / MemoryLayout<T>.size)).map { bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: type) }
        }
    }
}
