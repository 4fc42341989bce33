/// What one arm showed.
public struct ReadoutArm: Sendable, Hashable, Codable {
    public var variant: String
    public var units: Int
    public var mean: Double
    public var standardDeviation: Double

    public init(variant: String, units: Int, mean: Double, standardDeviation: Double) {
        self.variant = variant
        self.units = units
        self.mean = mean
        self.standardDeviation = standardDeviation
    }
}
