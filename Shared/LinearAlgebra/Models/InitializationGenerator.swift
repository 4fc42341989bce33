/// Splitmix64 (Steele, Lea & Flood 2014): the start weights and the order of rows follow from the seed alone.
struct InitializationGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number in [-limit, limit).
    mutating func uniform(within limit: Double) -> Double {
        limit * (2 * Double(next() >> 11) * 0x1p-53 - 1)
    }

    /// Indices 0 ..< count in random order.
    mutating func order(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(next().multipliedFullWidth(by: UInt64(last + 1)).high))
        }
        return order
    }
}
