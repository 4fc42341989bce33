/// Shapley values from the values of all coalitions (Shapley 1953).
enum ShapleyEnumeration {
    /// Most players: 2 to this power coalitions.
    static let mostPlayers = 16

    /// Every coalition, by the bits of its position.
    static func coalitions(of players: Int) -> [Coalition] { (0..<(1 << players)).map { Coalition(bits: $0, of: players) } }

    /// Each player's mean gain over the orders in which players may come.
    ///
    /// - Parameter values: of the coalitions, by bits.
    static func values(_ values: [Double], players: Int) -> [Double] {
        let weights = (0..<max(1, players)).map { 1 / (Double(players) * binomial(players - 1, $0)) }
        return (0..<players).map { player in
            let bit = 1 << player
            return values.indices.reduce(0) { sum, without in
                without & bit == 0 ? sum + weights[without.nonzeroBitCount] * (values[without | bit] - values[without]) : sum
            }
        }
    }

    static func binomial(_ n: Int, _ k: Int) -> Double {
        (0..<min(k, n - k)).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
    }
}
