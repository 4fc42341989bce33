/// How the range of a value follows from what was seen of it on calibration rows.
public enum CalibrationMethod: Sendable, Hashable, Codable {
    /// From the smallest to the largest.
    case minMax
    /// The range that leaves out the given percentage's rest, half of it on either side: 99.99 leaves out 0.005 % below and above.
    case percentile(Double)
}
