import Statistics

/// How far a window's rows are from the reference's.
///
/// The distance is the population stability index, the largest over all features, each less what chance alone gives it:
/// (cells - 1)(1/n + 1/m) (Yurdakul, "Statistical Properties of Population Stability Index", 2018). It counts when it reaches the owner's
/// bound, and when rows dealt anew between both windows never give as much: as large a distance in one feature, or as much in all
/// together. Dealing anew (a permutation test) judges all features at once, and both windows as the samples they are.
struct DriftCheck: Sendable {
    struct Finding: Sendable, Hashable {
        let psi: Double
        let feature: String
        let isDrift: Bool
    }

    private struct Distance {
        var worst = -Double.infinity
        var feature = ""
        var total = 0.0
    }

    /// Rows below which a window says nothing.
    static let fewest = 40
    /// Deals of which none may reach the distance: a chance of 1 in 400 for each of the two ways.
    static let deals = 399

    let bound: Double
    let seed: UInt64

    /// Nil where a window has too few rows.
    func finding(reference: [TrafficRow], current: [TrafficRow]) -> Finding? {
        guard reference.count >= Self.fewest, current.count >= Self.fewest else { return nil }
        let table = FeatureTable(reference: reference, current: current)
        let places = Array(0..<reference.count + current.count)
        let distance = Self.distance(table, places)
        guard distance.worst.isFinite else { return table.features.first.map { Finding(psi: 0, feature: $0.name, isDrift: false) } }
        let isDrift = distance.worst >= bound && !isChance(distance, table, places)
        return Finding(psi: max(0, distance.worst), feature: distance.feature, isDrift: isDrift)
    }

    private func isChance(_ found: Distance, _ table: FeatureTable, _ places: [Int]) -> Bool {
        var generator = SeededGenerator(seed: seed)
        var places = places
        var isWorstReached = false
        var isTotalReached = false
        for _ in 0..<Self.deals {
            generator.shuffle(&places)
            let dealt = Self.distance(table, places)
            isWorstReached = isWorstReached || dealt.worst >= found.worst
            isTotalReached = isTotalReached || dealt.total >= found.total
            if isWorstReached, isTotalReached { return true }
        }
        return false
    }

    /// The distance when the first places are the reference's rows.
    private static func distance(_ table: FeatureTable, _ places: [Int]) -> Distance {
        let noise = 1 / Double(table.reference) + 1 / Double(table.current)
        var result = Distance()
        for feature in table.features where feature.totals.count > 1 {
            var reference = [Int](repeating: 0, count: feature.totals.count)
            for place in 0..<table.reference { reference[feature.cells[places[place]]] += 1 }
            let current = zip(feature.totals, reference).map { $0 - $1 }
            guard let value = CountDistance.psi.value(reference: reference, current: current) else { continue }
            let psi = value - Double(feature.totals.count - 1) * noise
            result.total += psi
            if psi > result.worst {
                result.worst = psi
                result.feature = feature.name
            }
        }
        return result
    }
}
