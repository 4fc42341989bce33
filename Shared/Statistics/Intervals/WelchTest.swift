/// The t test of two means without the assumption of equal variances (Welch 1947).
public struct WelchTest: Sendable, Equatable, Codable {
    /// Mean of `treatment` minus mean of `control`.
    public let difference: Estimate
    public let statistic: Double
    /// By Welch and Satterthwaite.
    public let degrees: Double
    /// Two-sided.
    public let pValue: Double

    /// Nil where an arm has fewer than two values or neither has any spread.
    public init?(control: Moments, treatment: Moments, level: Double = 0.95) {
        guard control.count > 1, treatment.count > 1 else { return nil }
        let first = control.variance / Double(control.count)
        let second = treatment.variance / Double(treatment.count)
        let squared = first + second
        guard squared > 0 else { return nil }
        let error = squared.squareRoot()
        let value = treatment.mean - control.mean
        statistic = value / error
        degrees = squared * squared / (first * first / Double(control.count - 1) + second * second / Double(treatment.count - 1))
        let student = StudentDistribution(degrees: degrees)
        pValue = student.twoSidedTail(statistic)
        let half = student.quantile(1 - (1 - level) / 2) * error
        difference = Estimate(
            value: value, interval: ConfidenceInterval(lower: value - half, upper: value + half, level: level),
            count: control.count + treatment.count, method: "welch")
    }
}
