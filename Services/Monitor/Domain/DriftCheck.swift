import Statistics

/// How far a window's rows are from the reference's.
///
/// The distance is the population stability index, the largest over all features, each less what chance alone gives it:
/// (cells - 1)(1/n + 1/m) (Yurdakul, "Statistical Properties of Population Stability Index", 2018). It counts when it reaches the owner's
/// bound, and when rows dealt anew between both windows never give as much: as large a distance in one feature, or as much in all
/// together. Dealing anew (a permutation test) judges all features at once, and both windows as the samples they are.
///
/// Rows are dealt among those in which the same features were observed: so each window keeps as many observations of each feature as it
/// has, and that one window's records left more out than the other's is no drift.
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
    /// Names of inputs that every request has: where one is missing, it was not observed.
    var required: [String] = []

    /// Nil where no feature was observed in enough rows of both windows.
    func finding(reference: [TrafficRow], current: [TrafficRow]) -> Finding? {
        guard reference.count >= Self.fewest, current.count >= Self.fewest else { return nil }
        let table = FeatureTable(reference: reference, current: current, required: required)
        let features = table.features.filter { min($0.observed.reference, $0.observed.current) >= Self.fewest }
        guard let first = features.first else { return nil }
        let places = Array(0..<reference.count + current.count)
        let distance = Self.distance(features, places, reference: reference.count)
        guard distance.worst.isFinite else { return Finding(psi: 0, feature: first.name, isDrift: false) }
        let isDrift = distance.worst >= bound && !isChance(distance, features, places, reference: reference.count)
        return Finding(psi: max(0, distance.worst), feature: distance.feature, isDrift: isDrift)
    }

    private func isChance(_ found: Distance, _ features: [FeatureTable.Feature], _ places: [Int], reference: Int) -> Bool {
        var generator = SeededGenerator(seed: seed)
        var places = places
        let strata = Self.strata(features, places)
        var isWorstReached = false
        var isTotalReached = false
        for _ in 0..<Self.deals {
            for stratum in strata {
                var dealt = stratum.map { places[$0] }
                generator.shuffle(&dealt)
                for (index, place) in zip(stratum, dealt) { places[index] = place }
            }
            let dealt = Self.distance(features, places, reference: reference)
            isWorstReached = isWorstReached || dealt.worst >= found.worst
            isTotalReached = isTotalReached || dealt.total >= found.total
            if isWorstReached, isTotalReached { return true }
        }
        return false
    }

    /// Rows in which the same features were observed, by their places.
    private static func strata(_ features: [FeatureTable.Feature], _ places: [Int]) -> [[Int]] {
        let partial = features.filter { $0.cells.contains(nil) }
        guard !partial.isEmpty else { return [places] }
        var strata: [[Bool]: [Int]] = [:]
        for place in places { strata[partial.map { $0.cells[place] != nil }, default: []].append(place) }
        return strata.values.sorted { $0[0] < $1[0] }
    }

    /// The distance when the first places are the reference's rows.
    private static func distance(_ features: [FeatureTable.Feature], _ places: [Int], reference rows: Int) -> Distance {
        var result = Distance()
        for feature in features where feature.totals.count > 1 {
            let noise = 1 / Double(feature.observed.reference) + 1 / Double(feature.observed.current)
            var reference = [Int](repeating: 0, count: feature.totals.count)
            for place in 0..<rows { if let cell = feature.cells[places[place]] { reference[cell] += 1 } }
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
