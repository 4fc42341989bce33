import Statistics

/// Estimates that tests compare with.
enum SampleEstimate {
    /// A share with Wilson's interval.
    static func share(_ hits: Int, of rows: Int) -> Estimate { Proportion(successes: hits, trials: rows).estimate() }
}
