import Contracts

/// What a device says of itself.
struct Device: Sendable, Hashable {
    /// Systems by name, with the runtime that speeds models up there; nil where the processor runs them.
    static let targets: [String: String?] = [
        "ios": "coreml-mlprogram", "ipados": "coreml-mlprogram", "macos": "coreml-mlprogram", "android": "nnapi", "windows": "directml",
        "linux": nil, "web": nil,
    ]

    /// A key of ``targets``.
    var system: String
    /// Model of the chip, for a person to read.
    var chip: String?
    /// Bytes of memory.
    var memory: Int?
    /// Formats that the device's runtime reads.
    var formats: Set<String> = ["onnx"]
    /// Most bytes of a file.
    var bytesAtMost: Int?
    /// Highest operator set that the device's runtime knows.
    var opset: Int?

    /// The runtime whose coverage counts.
    var target: String? { Self.targets[system] ?? nil }

    /// Why a variant is none for the device; nil when it is one.
    func refusal(of variant: ModelVariant) -> String? {
        switch variant.verdict {
        case .failed: return "its tests have not passed"
        case .unmeasured: return "it was not measured"
        case .passed: break
        }
        guard formats.contains(variant.format) else { return "its format is \(variant.format)" }
        if let opset, variant.opset > opset { return "its operator set \(variant.opset) is above \(opset)" }
        if let bytesAtMost, variant.bytes > bytesAtMost { return "its \(variant.bytes) bytes are more than \(bytesAtMost)" }
        // A runtime holds the file, its prepared weights and values between nodes, and the app needs the rest.
        if let memory, variant.bytes > memory / 8 { return "its \(variant.bytes) bytes are more than an eighth of the memory" }
        return nil
    }
}
