/// What runs a model on a device.
public enum DeviceTarget: String, Sendable, Hashable, Codable, CaseIterable {
    /// Core ML through ONNX Runtime, as an ML program (iOS 15, macOS 12 and later).
    case coreMLProgram = "coreml-mlprogram"
    /// Core ML through ONNX Runtime, as a neural network.
    case coreMLNeuralNetwork = "coreml-neuralnetwork"
    /// Android's NNAPI through ONNX Runtime.
    case nnapi
    /// LiteRT (TensorFlow Lite), converted with onnx2tf.
    case liteRT = "litert"
    /// DirectML through ONNX Runtime, which is also what WinML runs on.
    case directML = "directml"

    public var table: OperatorTable {
        switch self {
        case .coreMLProgram: .coreMLProgram
        case .coreMLNeuralNetwork: .coreMLNeuralNetwork
        case .nnapi: .nnapi
        case .liteRT: .liteRT
        case .directML: .directML
        }
    }
}
