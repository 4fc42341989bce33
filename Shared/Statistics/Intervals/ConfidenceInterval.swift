/// A range that holds the true value with the stated confidence (0.95 means 95 %).
public struct ConfidenceInterval: Sendable, Equatable, Codable {
    public let lower: Double
    public let upper: Double
    public let level: Double

    public init(lower: Double, upper: Double, level: Double) {
        self.lower = lower
        self.upper = upper
        self.level = level
    }

    public var width: Double { upper - lower }

    /// Whether the value lies in the range, its ends included.
    public func contains(_ value: Double) -> Bool {
        lower <= value && value <= upper
    }

    func mapped(_ transform: (Double) -> Double) -> ConfidenceInterval {
        ConfidenceInterval(lower: transform(lower), upper: transform(upper), level: level)
    }
}
