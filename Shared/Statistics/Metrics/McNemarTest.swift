/// The test of two classifiers on the same rows by the rows on which just one of them is right (McNemar 1947).
public struct McNemarTest: Sendable, Equatable, Codable {
    public let onlyFirst: Int
    public let onlySecond: Int

    public init(onlyFirst: Int, onlySecond: Int) {
        self.onlyFirst = onlyFirst
        self.onlySecond = onlySecond
    }

    /// The exact two-sided p-value: binomial with a half.
    public var exactPValue: Double {
        let total = onlyFirst + onlySecond
        let least = min(onlyFirst, onlySecond)
        guard total > 0, least * 2 < total else { return 1 }
        return min(1, 2 * binomialCumulative(least, of: total))
    }

    /// The exact p-value less half the probability of what was observed (Fagerland et al. 2013), which is less conservative.
    public var midPValue: Double {
        let total = onlyFirst + onlySecond
        let least = min(onlyFirst, onlySecond)
        guard total > 0 else { return 1 }
        let atMost = binomialCumulative(least, of: total)
        let below = least == 0 ? 0 : binomialCumulative(least - 1, of: total)
        return min(1, atMost + below)
    }

    /// P(X <= k) for n fair coins: I_1/2(n - k, k + 1).
    private func binomialCumulative(_ k: Int, of n: Int) -> Double {
        k >= n ? 1 : SpecialFunctions.regularizedBeta(0.5, Double(n - k), Double(k + 1))
    }
}
