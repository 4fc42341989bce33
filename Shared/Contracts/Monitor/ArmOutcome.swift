/// What the units of one arm did.
public struct ArmOutcome: Sendable, Hashable, Codable {
    public var variant: String
    /// Units with at least one exposure.
    public var units: Int
    public var exposures: Int
    public var failures: Int
    /// Units with at least one KPI value.
    public var count: Int
    /// Mean over units of the unit's mean KPI.
    public var mean: Double
    /// Sum of squared deviations over units.
    public var m2: Double
    public var meanMicroseconds: Double
    public var p99Microseconds: Double

    public init(
        variant: String, units: Int, exposures: Int, failures: Int, count: Int, mean: Double, m2: Double, meanMicroseconds: Double,
        p99Microseconds: Double
    ) {
        self.variant = variant
        self.units = units
        self.exposures = exposures
        self.failures = failures
        self.count = count
        self.mean = mean
        self.m2 = m2
        self.meanMicroseconds = meanMicroseconds
        self.p99Microseconds = p99Microseconds
    }
}
