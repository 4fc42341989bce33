/// The range that a value is quantised over.
public struct ActivationRange: Sendable, Hashable, Codable {
    public let low: Float
    public let high: Float

    public init(low: Float, high: Float) {
        self.low = low
        self.high = high
    }

    /// Scale and zero point for unsigned 8-bit numbers: zero is always one of them (onnxruntime's `compute_scale_zp`).
    public var parameters: (scale: Float, zeroPoint: UInt8) {
        let low = Double(min(low, 0))
        let scale = (Double(max(high, 0)) - low) / 255
        guard scale >= Double(Float.leastNormalMagnitude) else { return (1, 0) }
        return (Float(scale), UInt8(max(0, min(255, (-low / scale).rounded(.toNearestOrEven)))))
    }
}
