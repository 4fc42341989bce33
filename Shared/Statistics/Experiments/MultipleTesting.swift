/// P-values adjusted for their number, in the order given: compare each with the rate that is wanted.
public enum MultipleTesting {
    /// Holds the chance of any false alarm (Holm 1979): for guardrails.
    public static func holm(_ pValues: [Double]) -> [Double] {
        var adjusted = pValues
        var largest = 0.0
        for (rank, index) in ascending(pValues).enumerated() {
            largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
            adjusted[index] = largest
        }
        return adjusted
    }

    /// Holds the share of false alarms among alarms (Benjamini & Hochberg 1995): for many metrics, features or slices.
    public static func benjaminiHochberg(_ pValues: [Double]) -> [Double] {
        var adjusted = pValues
        var least = 1.0
        for (rank, index) in ascending(pValues).enumerated().reversed() {
            least = min(least, Double(pValues.count) / Double(rank + 1) * pValues[index])
            adjusted[index] = least
        }
        return adjusted
    }

    private static func ascending(_ pValues: [Double]) -> [Int] {
        pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    }
}
