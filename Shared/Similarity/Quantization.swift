/// One byte a number with a scale for each vector: x is about scale * q, q from -127 to 127 (symmetric, rounded to nearest).
enum Quantization {
    static let highest: Float = 127

    static func encode(_ vector: [Float]) -> (scale: Float, values: [Int8]) {
        let largest = vector.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return (0, vector.map { _ in 0 }) }
        let scale = largest / highest
        return (scale, vector.map { Int8(max(-highest, min(highest, ($0 / scale).rounded()))) })
    }
}
