/// The arithmetic of a device variant.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
    /// Weights and values between nodes are 16-bit floats; inputs and outputs stay 32-bit.
    case half = "fp16"
    /// Weights are 8-bit whole numbers that are turned back into floats where they are read.
    case int8Weights = "int8-w"
    /// Weights are 8-bit, and values are quantised when the model runs, by the range that each of them has then.
    case int8Dynamic = "int8-dyn"
    /// Weights and values are 8-bit by ranges that were seen on calibration rows.
    case int8Static = "int8-qdq"
}
