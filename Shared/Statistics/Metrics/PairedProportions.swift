/// Two proportions of the same units, by the units on which they disagree.
public struct PairedProportions: Sendable, Equatable, Codable {
    public let onlyFirst: Int
    public let onlySecond: Int
    public let total: Int

    public init(onlyFirst: Int, onlySecond: Int, total: Int) {
        self.onlyFirst = onlyFirst
        self.onlySecond = onlySecond
        self.total = total
    }

    /// Second minus first, with the adjusted Wald interval: one unit is added to each kind of disagreement (Bonett & Price 2012).
    public func estimate(level: Double = 0.95) -> Estimate {
        guard total > 0 else { return Estimate(value: 0, interval: nil, count: 0, method: "bonett-price") }
        let n = Double(total) + 2
        let first = Double(onlyFirst + 1) / n
        let second = Double(onlySecond + 1) / n
        let centre = second - first
        let half = NormalDistribution.criticalValue(level: level) * ((first + second - centre * centre) / n).squareRoot()
        let interval = ConfidenceInterval(lower: max(-1, centre - half), upper: min(1, centre + half), level: level)
        return Estimate(value: Double(onlySecond - onlyFirst) / Double(total), interval: interval, count: total, method: "bonett-price")
    }
}
