import Foundation

/// How far two samples of numbers are apart, without bins.
public enum SampleDistance: String, Sendable, Codable, CaseIterable {
    /// Kolmogorov and Smirnov: the largest distance of the two distribution functions, between 0 and 1.
    case kolmogorovSmirnov
    /// Wasserstein-1: the area between the two distribution functions, in the unit of the numbers.
    case wasserstein

    /// The distance; nil where a sample is empty or holds a number that is not finite.
    public func value(reference: [Double], current: [Double]) -> Double? {
        guard !reference.isEmpty, !current.isEmpty, (reference + current).allSatisfy(\.isFinite) else { return nil }
        return value(sortedReference: reference.sorted(), sortedCurrent: current.sorted())
    }

    func value(sortedReference: [Double], sortedCurrent: [Double]) -> Double {
        var first = 0
        var second = 0
        var largest = 0.0
        var area = 0.0
        var previous = min(sortedReference[0], sortedCurrent[0])
        while first < sortedReference.count || second < sortedCurrent.count {
            let gap = abs(Double(first) / Double(sortedReference.count) - Double(second) / Double(sortedCurrent.count))
            let next = min(
                first < sortedReference.count ? sortedReference[first] : .infinity,
                second < sortedCurrent.count ? sortedCurrent[second] : .infinity)
            largest = max(largest, gap)
            area += gap * (next - previous)
            while first < sortedReference.count, sortedReference[first] == next { first += 1 }
            while second < sortedCurrent.count, sortedCurrent[second] == next { second += 1 }
            previous = next
        }
        return self == .kolmogorovSmirnov ? largest : area
    }

    /// The p-value of a Kolmogorov-Smirnov distance by the limit distribution with Stephens' correction (1970).
    public static func kolmogorovSmirnovPValue(distance: Double, first: Int, second: Int) -> Double {
        let root = (Double(first) * Double(second) / Double(first + second)).squareRoot()
        let x = (root + 0.12 + 0.11 / root) * distance
        guard x > 0.2 else { return 1 }
        var sum = 0.0
        for k in 1...100 {
            let term = exp(-2 * Double(k * k) * x * x)
            sum += k % 2 == 1 ? term : -term
            if term < 1e-17 { break }
        }
        return min(1, max(0, 2 * sum))
    }
}
