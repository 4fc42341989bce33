/// Count, means, spreads and covariance of pairs of numbers, mergeable in any order (Chan, Golub & LeVeque 1983).
public struct PairedMoments: Sendable, Equatable, Codable {
    public private(set) var count = 0
    public private(set) var meanX = 0.0
    public private(set) var meanY = 0.0
    /// Sums of squared deviations and of their products.
    public private(set) var m2X = 0.0
    public private(set) var m2Y = 0.0
    public private(set) var coMoment = 0.0

    public init() {}

    public mutating func add(x: Double, y: Double) {
        count += 1
        let deltaX = x - meanX
        let deltaY = y - meanY
        meanX += deltaX / Double(count)
        meanY += deltaY / Double(count)
        m2X += deltaX * (x - meanX)
        m2Y += deltaY * (y - meanY)
        coMoment += deltaX * (y - meanY)
    }

    public mutating func merge(_ other: PairedMoments) {
        guard other.count > 0 else { return }
        let total = Double(count + other.count)
        let weight = Double(count) * Double(other.count) / total
        let deltaX = other.meanX - meanX
        let deltaY = other.meanY - meanY
        m2X += other.m2X + deltaX * deltaX * weight
        m2Y += other.m2Y + deltaY * deltaY * weight
        coMoment += other.coMoment + deltaX * deltaY * weight
        meanX += deltaX * Double(other.count) / total
        meanY += deltaY * Double(other.count) / total
        count += other.count
    }

    public var covariance: Double { count > 1 ? coMoment / Double(count - 1) : 0 }
    public var x: Moments { Moments(count: count, mean: meanX, m2: m2X) }
    public var y: Moments { Moments(count: count, mean: meanY, m2: m2Y) }
}
