/// What a bound is held against, with what decides how fast its interval narrows.
public enum BoundKind: Sendable, Equatable {
    /// A share with Wilson's interval against this bound.
    case proportion(bound: Double)
    /// A mean, or anything else whose interval shrinks with the square root of the rows; the deviation is that of one row's part.
    case mean(standardDeviation: Double)
    /// The difference of two models' accuracy on the same rows against a bound (minus the margin, for no step back); discordance is
    /// the share of rows on which just one is right.
    case pairedAccuracy(discordance: Double, bound: Double)
    /// The largest difference of a share between groups with these values and shares of all rows, all pairs held together.
    case groups(values: [Double], shares: [Double])
    /// The largest difference of means between groups with these deviations of a row and shares of all rows.
    case groupMeans(standardDeviations: [Double], shares: [Double])
}
