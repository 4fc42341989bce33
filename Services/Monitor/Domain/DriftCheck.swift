import Statistics

/// How far a window's rows are from the reference's.
///
/// The distance is the population stability index, the largest over all features, each less what chance alone gives it:
/// (cells - 1)(1/n + 1/m) (Yurdakul, "Statistical Properties of Population Stability Index", 2018). It counts when it reaches the owner's
/// bound and when rows dealt anew between both windows hardly ever give as much. Dealing anew judges all features together, and both
/// windows as the samples they are.
struct DriftCheck: Sendable {
    struct Finding: Sendable, Hashable {
        let psi: Double
        let feature: String
        let isDrift: Bool
    }

    /// Rows below which a window says nothing.
    static let fewest = 40
    /// Share of deals that may reach the distance by chance.
    static let level = 0.005
    static let deals = 400

    let bound: Double
    let seed: UInt64

    /// Nil where a window has too few rows.
    func finding(reference: [TrafficRow], current: [TrafficRow]) -> Finding? {
        guard reference.count >= Self.fewest, current.count >= Self.fewest else { return nil }
        let table = FeatureTable(reference: reference, current: current)
        let places = Array(0..<reference.count + current.count)
        guard let worst = Self.worst(table, places) else { return nil }
        let isDrift = worst.psi >= bound && !isChance(worst.psi, table, places)
        return Finding(psi: max(0, worst.psi), feature: worst.feature, isDrift: isDrift)
    }

    private func isChance(_ psi: Double, _ table: FeatureTable, _ places: [Int]) -> Bool {
        var generator = SeededGenerator(seed: seed)
        var places = places
        var reached = 0
        for _ in 0..<Self.deals {
            generator.shuffle(&places)
            if let dealt = Self.worst(table, places), dealt.psi >= psi { reached += 1 }
            // Counted with the deal that was found, as a permutation test counts.
            if Double(reached + 1) > Self.level * Double(Self.deals + 1) { return true }
        }
        return false
    }

    /// The largest distance when the first places are the reference's rows.
    private static func worst(_ table: FeatureTable, _ places: [Int]) -> (psi: Double, feature: String)? {
        let noise = 1 / Double(table.reference) + 1 / Double(table.current)
        var worst: (psi: Double, feature: String)?
        for feature in table.features {
            var reference = [Int](repeating: 0, count: feature.cellCount)
            var current = reference
            for place in 0..<table.reference { reference[feature.cells[places[place]]] += 1 }
            for place in table.reference..<places.count { current[feature.cells[places[place]]] += 1 }
            let used = (0..<feature.cellCount).filter { reference[$0] + current[$0] > 0 }
            guard used.count > 1,
                let distance = CountDistance.psi.value(reference: used.map { reference[$0] }, current: used.map { current[$0] })
            else { continue }
            let psi = distance - Double(used.count - 1) * noise
            if psi > worst?.psi ?? -.infinity { worst = (psi, feature.name) }
        }
        return worst ?? table.features.first.map { (0, $0.name) }
    }
}
