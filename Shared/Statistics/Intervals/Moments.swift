/// Count, mean and spread of a stream of numbers, mergeable in any order (Chan, Golub & LeVeque 1983).
public struct Moments: Sendable, Equatable, Codable {
    public private(set) var count: Int
    public private(set) var mean: Double
    /// The sum of squared deviations from the mean.
    public private(set) var m2: Double
    /// The least and the greatest value; nil while the stream is empty.
    public private(set) var minimum: Double?
    public private(set) var maximum: Double?

    public init() {
        count = 0
        mean = 0
        m2 = 0
    }

    /// The state of a stream that is known by its moments only.
    public init(count: Int, mean: Double, m2: Double) {
        self.count = count
        self.mean = mean
        self.m2 = m2
    }

    public init(_ values: some Sequence<Double>) {
        self.init()
        for value in values { add(value) }
    }

    /// `successes` ones and the rest zeros.
    public init(_ proportion: Proportion) {
        self.init(
            count: proportion.trials, mean: proportion.value,
            m2: Double(proportion.trials) * proportion.value * (1 - proportion.value))
    }

    public mutating func add(_ value: Double) {
        count += 1
        let delta = value - mean
        mean += delta / Double(count)
        m2 += delta * (value - mean)
        minimum = minimum.map { $0 < value ? $0 : value } ?? value
        maximum = maximum.map { $0 > value ? $0 : value } ?? value
    }

    public mutating func merge(_ other: Moments) {
        guard other.count > 0 else { return }
        let total = Double(count + other.count)
        let delta = other.mean - mean
        m2 += other.m2 + delta * delta * Double(count) * Double(other.count) / total
        mean += delta * Double(other.count) / total
        count += other.count
        minimum = [minimum, other.minimum].compactMap { $0 }.min()
        maximum = [maximum, other.maximum].compactMap { $0 }.max()
    }

    public func merged(with other: Moments) -> Moments {
        var result = self
        result.merge(other)
        return result
    }

    /// The unbiased variance; 0 below two values.
    public var variance: Double { count > 1 ? max(0, m2) / Double(count - 1) : 0 }
    public var standardDeviation: Double { variance.squareRoot() }
    public var sum: Double { mean * Double(count) }
}
