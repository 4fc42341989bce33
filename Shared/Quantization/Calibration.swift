/// What calibration rows have shown of a model's values.
public struct Calibration: Sendable, Hashable, Codable {
    /// SHA-256 of the model's bytes, in hexadecimal.
    public let parentDigest: String
    public let method: CalibrationMethod
    /// How many rows were seen.
    public let rows: Int
    /// By the name of the value.
    public let ranges: [String: ActivationRange]
}
