import Foundation

/// How far two distributions over the same cells (bins of a number, or categories) are apart, from counts.
public enum CountDistance: String, Sendable, Codable, CaseIterable {
    /// The population stability index: sum of (q - p) ln(q / p), each count raised by a half so that empty cells stay finite.
    case psi
    /// The Jensen-Shannon divergence in bits: 0 for equal, 1 for disjoint (Lin 1991).
    case jensenShannon
    /// The Hellinger distance: 0 for equal, 1 for disjoint.
    case hellinger
    /// The largest difference of shares: 0 for equal, 1 for disjoint.
    case lInfinity
    /// Cramer's V of the 2 x cells table.
    case cramersV

    /// The distance of `current` from `reference`, which count the same cells; nil where a side is empty.
    public func value(reference: [Int], current: [Int]) -> Double? {
        precondition(reference.count == current.count, "both sides count the same cells")
        guard reference.contains(where: { $0 > 0 }), current.contains(where: { $0 > 0 }) else { return nil }
        switch self {
        case .psi:
            return sum(shares(reference, added: 0.5), shares(current, added: 0.5)) { p, q in (q - p) * log(q / p) }
        case .jensenShannon:
            return sum(shares(reference), shares(current)) { p, q in
                let middle = (p + q) / 2
                return ((p > 0 ? p * log2(p / middle) : 0) + (q > 0 ? q * log2(q / middle) : 0)) / 2
            }
        case .hellinger:
            return sum(shares(reference), shares(current)) { p, q in
                (p.squareRoot() - q.squareRoot()) * (p.squareRoot() - q.squareRoot()) / 2
            }.squareRoot()
        case .lInfinity:
            return zip(shares(reference), shares(current)).reduce(0) { max($0, abs($1.0 - $1.1)) }
        case .cramersV:
            return ChiSquaredTest(table: [reference, current])?.cramersV ?? 0
        }
    }

    private func shares(_ counts: [Int], added: Double = 0) -> [Double] {
        let total = counts.reduce(0) { $0 + Double($1) + added }
        return counts.map { (Double($0) + added) / total }
    }

    private func sum(_ p: [Double], _ q: [Double], _ term: (Double, Double) -> Double) -> Double {
        max(0, zip(p, q).reduce(0) { $0 + term($1.0, $1.1) })
    }
}
