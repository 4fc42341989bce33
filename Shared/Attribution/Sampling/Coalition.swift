/// A set of players: those whose elements are known.
struct Coalition: Sendable, Hashable {
    private(set) var members: [Bool]

    init(_ members: [Bool]) { self.members = members }

    /// The coalition of the players whose bits are set.
    init(bits: Int, of count: Int) {
        members = (0..<count).map { bits >> $0 & 1 == 1 }
    }

    static func everybody(of count: Int) -> Coalition { Coalition([Bool](repeating: true, count: count)) }
    static func nobody(of count: Int) -> Coalition { Coalition([Bool](repeating: false, count: count)) }

    var complement: Coalition { Coalition(members.map { !$0 }) }

    func contains(_ player: Int) -> Bool { members[player] }

    func without(_ player: Int) -> Coalition {
        var other = self
        other.members[player] = false
        return other
    }
}
