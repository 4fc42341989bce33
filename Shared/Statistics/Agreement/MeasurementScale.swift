/// How far apart two answers are: what differences between them mean.
public enum MeasurementScale: String, Sendable, Codable, CaseIterable {
    /// Names: equal or not.
    case nominal
    /// Ranks.
    case ordinal
    /// Numbers whose differences count.
    case interval
    /// Numbers whose ratios count, with a true zero.
    case ratio
}
