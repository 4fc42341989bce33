/// Which bounds can be decided at how many rows: the power calculation of a suite.
///
/// A bound is decided when the whole two-sided interval lies on one side of it. `power` is the chance of that for a true value at a
/// given distance. Normal approximations (Fleiss, Levin & Paik 2003, sections 2.4 and 4.2; Connor 1987 for paired proportions).
public struct BoundPlan: Sendable, Equatable, Codable {
    public let level: Double
    public let power: Double
    /// Beyond this nobody labels.
    public static let mostRows = 1_000_000_000

    public init(level: Double = 0.95, power: Double = 0.8) {
        self.level = level
        self.power = power
    }

    /// Rows that decide a true value `distance` away from the bound; negative distances lie below it.
    ///
    /// Nil where the value is on the bound or cannot be (a share above 1), or the number is beyond any use.
    public func rows(_ kind: BoundKind, distance: Double) -> Int? {
        guard distance != 0, distance.isFinite, let root = root(kind, distance: distance) else { return nil }
        let rows = (root * root / (distance * distance)).rounded(.up)
        return rows.isFinite && rows <= Double(Self.mostRows) ? max(2, Int(rows)) : nil
    }

    /// The smallest distance above (or below) the bound which this many rows decide; nil where no possible value is far enough.
    public func smallestDistance(_ kind: BoundKind, rows: Int, isAbove: Bool = true) -> Double? {
        let sign = isAbove ? 1.0 : -1.0
        func decides(_ distance: Double) -> Bool { self.rows(kind, distance: sign * distance).map { $0 <= rows } ?? false }
        var high = farthest(kind, isAbove: isAbove)
        guard rows > 1, high > 0, decides(high) else { return nil }
        var low = 0.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if decides(middle) { high = middle } else { low = middle }
        }
        return sign * high
    }

    /// The deviation of one row's part that an interval shows: its half width over z, times the root of its rows; nil without one.
    public static func standardDeviation(of estimate: Estimate) -> Double? {
        guard let interval = estimate.interval, estimate.count > 0 else { return nil }
        let z = NormalDistribution.criticalValue(level: interval.level)
        return interval.width / 2 / z * Double(estimate.count).squareRoot()
    }

    /// (z_alpha x spread at the bound + z_power x spread at the true value), for one row in all.
    private func root(_ kind: BoundKind, distance: Double) -> Double? {
        let atPower = NormalDistribution().quantile(power)
        let atLevel = NormalDistribution.criticalValue(level: level)
        switch kind {
        case .proportion(let bound):
            let truth = bound + distance
            guard (0...1).contains(bound), (0...1).contains(truth) else { return nil }
            return atLevel * (bound * (1 - bound)).squareRoot() + atPower * (truth * (1 - truth)).squareRoot()
        case .mean(let deviation):
            return deviation > 0 ? (atLevel + atPower) * deviation : nil
        case .pairedAccuracy(let discordance, let bound):
            let truth = bound + distance
            // The interval's spread is that at the observed difference, as Bonett and Price's interval has it.
            let variance = discordance - truth * truth
            return variance > 0 && abs(truth) <= discordance ? (atLevel + atPower) * variance.squareRoot() : nil
        case .groups(let values, let shares):
            return groups(values.map { ($0 * (1 - $0)).squareRoot() }, shares)
        case .groupMeans(let deviations, let shares):
            return groups(deviations, shares)
        }
    }

    /// By the pair of groups that needs the most rows.
    private func groups(_ deviations: [Double], _ shares: [Double]) -> Double? {
        guard deviations.count == shares.count, shares.count > 1, shares.allSatisfy({ $0 > 0 }) else { return nil }
        let parts = zip(deviations, shares).map { $0 * $0 / $1 }.sorted(by: >)
        let pairs = Double(shares.count * (shares.count - 1) / 2)
        let atLevel = NormalDistribution.criticalValue(level: 1 - (1 - level) / pairs)
        let variance = parts[0] + parts[1]
        return variance > 0 ? (atLevel + NormalDistribution().quantile(power)) * variance.squareRoot() : nil
    }

    private func farthest(_ kind: BoundKind, isAbove: Bool) -> Double {
        switch kind {
        case .proportion(let bound): isAbove ? 1 - bound : bound
        case .mean(let deviation): 1e3 * deviation
        case .pairedAccuracy(let discordance, let bound): isAbove ? discordance - bound : discordance + bound
        case .groups: 1
        case .groupMeans(let deviations, _): 1e3 * (deviations.max() ?? 0)
        }
    }
}
