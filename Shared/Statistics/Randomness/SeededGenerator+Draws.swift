import Foundation

extension SeededGenerator {
    /// A number in [0, 1) with 53 random bits.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// An index in 0 ..< count, by the high half of a 64 x 64 bit product (bias below count / 2^64).
    public mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// A standard normal number, by the inverse of its distribution function: one draw each, so that sequences stay aligned.
    public mutating func normal() -> Double {
        NormalDistribution.standardQuantile((Double(next() >> 12) + 0.5) * 0x1p-52)
    }

    /// An exponential number with mean 1.
    public mutating func exponential() -> Double {
        -log1p(-uniform())
    }

    /// A gamma number with scale 1 (Marsaglia & Tsang 2000; shapes below 1 by the power of a uniform number).
    public mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else { return gamma(shape: shape + 1) * pow(1 - uniform(), 1 / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
            guard v > 0 else { continue }
            if log(1 - uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }

    /// A beta number, as the share of two gamma numbers.
    public mutating func beta(_ a: Double, _ b: Double) -> Double {
        let x = gamma(shape: a)
        let y = gamma(shape: b)
        return x / (x + y)
    }

    /// Puts the elements in a random order (Fisher & Yates), the same for the same seed on every platform.
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, index(below: last + 1))
        }
    }
}
