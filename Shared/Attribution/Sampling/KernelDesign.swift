import Statistics

/// Which coalitions KernelSHAP evaluates, and how much each counts (Lundberg & Lee 2017): sizes that the budget covers are taken whole, from
/// the others coalitions are drawn, each with its complement (paired sampling, Covert & Lee 2021).
struct KernelDesign: Sendable {
    /// Each coalition once.
    private(set) var coalitions: [Coalition] = []
    /// The share of the Shapley kernel that each stands for, by position.
    private(set) var weights: [Double] = []
    /// Draws: positions of a coalition and its complement, and the weight that the draw gave to each of them.
    private(set) var draws: [(one: Int, other: Int, weight: Double)] = []
    private var positions: [Coalition: Int] = [:]

    /// Fewest coalitions: those of one player and of all but one.
    static func fewest(players: Int) -> Int { 2 * players }

    init(players: Int, samples: Int, seed: UInt64) {
        let half = players / 2
        var masses = (0...max(0, half)).map { size in size == 0 ? 0 : Self.mass(size, players) }
        let total = masses.reduce(0, +)
        masses = masses.map { $0 / total }
        var left = samples
        var size = 1
        while size <= half {
            let count = Self.count(size, players)
            let rest = masses[size...].reduce(0, +)
            guard size == 1 || Double(left) * masses[size] / rest >= count else { break }
            take(size, of: players, weight: masses[size] / count)
            left -= Int(count)
            size += 1
        }
        if size <= half, left >= 2 { draw(left / 2, from: size, masses, players, seed) }
    }

    /// The kernel's mass on coalitions of a size and on those of its complement's.
    private static func mass(_ size: Int, _ players: Int) -> Double {
        let one = Double(players - 1) / Double(size * (players - size))
        return 2 * size == players ? one : 2 * one
    }

    private static func count(_ size: Int, _ players: Int) -> Double {
        let one = ShapleyEnumeration.binomial(players, size)
        return 2 * size == players ? one : 2 * one
    }

    /// Takes all coalitions of a size and their complements.
    private mutating func take(_ size: Int, of players: Int, weight: Double) {
        var chosen = Array(0..<size)
        while true {
            var members = [Bool](repeating: false, count: players)
            for player in chosen { members[player] = true }
            add(Coalition(members), weight)
            if 2 * size != players { add(Coalition(members).complement, weight) }
            // The next combination in lexicographic order.
            guard let place = chosen.indices.last(where: { chosen[$0] < players - size + $0 }) else { return }
            chosen[place] += 1
            for later in (place + 1)..<max(size, place + 1) { chosen[later] = chosen[later - 1] + 1 }
        }
    }

    private mutating func draw(_ pairs: Int, from first: Int, _ masses: [Double], _ players: Int, _ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let rest = masses[first...].reduce(0, +)
        let weight = rest / Double(2 * pairs)
        for _ in 0..<pairs {
            var mark = generator.uniform() * rest
            var size = first
            while size < masses.count - 1, mark >= masses[size] {
                mark -= masses[size]
                size += 1
            }
            var order = Array(0..<players)
            generator.shuffle(&order)
            var members = [Bool](repeating: false, count: players)
            for player in order.prefix(size) { members[player] = true }
            let coalition = Coalition(members)
            draws.append((add(coalition, weight), add(coalition.complement, weight), weight))
        }
    }

    @discardableResult
    private mutating func add(_ coalition: Coalition, _ weight: Double) -> Int {
        if let position = positions[coalition] {
            weights[position] += weight
            return position
        }
        positions[coalition] = coalitions.count
        coalitions.append(coalition)
        weights.append(weight)
        return coalitions.count - 1
    }
}
