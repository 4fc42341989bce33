import Foundation
import ONNX

/// A weight as 8-bit whole numbers: symmetric, so that zero stays zero, with one scale for each channel of an axis, or one for all.
///
/// scale = max |w| / limit, q = round-half-even(w / scale), as onnxruntime's `compute_scale_zp` and `quantize_nparray` have it.
struct ChannelWeights {
    let shape: [Int]
    let axis: Int
    /// Row-major, in the weight's own shape.
    let elements: [Int8]
    /// One for each channel, or one alone.
    let scales: [Float]

    /// Nil when a weight is not finite.
    init?(_ weights: [Float], shape: [Int], axis: Int, isPerChannel: Bool, hasReducedRange: Bool) {
        guard weights.allSatisfy(\.isFinite) else { return nil }
        let limit: Double = hasReducedRange ? 64 : 127
        let channels = shape[axis]
        let inner = shape[(axis + 1)...].reduce(1, *)
        func channel(_ index: Int) -> Int { isPerChannel ? index / inner % channels : 0 }
        var largest = [Float](repeating: 0, count: isPerChannel ? channels : 1)
        for (index, weight) in weights.enumerated() { largest[channel(index)] = max(largest[channel(index)], abs(weight)) }
        let scales = largest.map { Self.scale(Double($0), limit) }
        self.shape = shape
        self.axis = axis
        self.scales = scales
        elements = weights.enumerated().map { index, weight in
            Int8(max(-limit, min(limit, Double((weight / scales[channel(index)]).rounded(.toNearestOrEven)))))
        }
    }

    /// 1 where there is nothing to scale: a channel of zeros, or of numbers too small for a normal float.
    private static func scale(_ largest: Double, _ limit: Double) -> Float {
        let scale = 2 * largest / (2 * limit)
        return scale < Double(Float.leastNormalMagnitude) ? 1 : Float(scale)
    }

    func constant(_ name: String) -> ONNXRewrite.Constant {
        ONNXRewrite.Constant(name: name, .int8, shape: shape, bytes: elements.withUnsafeBytes { Data($0) })
    }

    /// Shifted by 128, so that zero is 128: kernels of ConvInteger need not take signed weights.
    func shifted(_ name: String) -> ONNXRewrite.Constant {
        ONNXRewrite.Constant(name: name, .uint8, shape: shape, bytes: Data(elements.map { UInt8(Int($0) + 128) }))
    }
}
