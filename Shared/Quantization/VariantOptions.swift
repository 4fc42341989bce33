import Cryptography

/// How a variant is to be made.
public struct VariantOptions: Sendable, Hashable, Codable {
    public var precision: Precision
    /// Operators whose nodes stay in 32-bit floats.
    public var keptOperators: Set<String> = []
    /// Names of nodes that stay in 32-bit floats.
    public var keptNodes: Set<String> = []
    /// Whether each output channel of a weight has a scale of its own.
    public var isPerChannel = true
    /// Whether weights take 7 bits: processors with neither VNNI nor its like saturate sums of 8-bit products.
    public var hasReducedRange = false
    /// For ``Precision/int8Static`` only.
    public var calibration = CalibrationMethod.minMax

    public init(_ precision: Precision) { self.precision = precision }

    /// SHA-256 of the options in hexadecimal: the same for the same options.
    public var digest: String {
        let calibration =
            switch calibration {
            case .minMax: "min-max"
            case .percentile(let percentage): "percentile \(percentage)"
            }
        let lists = [keptOperators, keptNodes].map { $0.sorted().map { "\($0.utf8.count):\($0)" }.joined(separator: ",") }
        let text = [precision.rawValue, "\(isPerChannel)", "\(hasReducedRange)", calibration] + lists
        return hexadecimal(SHA256.digest(text.joined(separator: "\n")))
    }
}
