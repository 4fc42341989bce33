import Contracts

/// Where an alias has been, as rollback sees it: each rollback takes back the newest move that still counts, so that two of them go two
/// steps back and never forth again.
struct AliasPath: Sendable, Hashable {
    /// Moves that count, oldest first. The last one is where the alias is, unless it was taken away.
    private(set) var moves: [AliasMove] = []
    private(set) var isRemoved = false

    /// - Parameter history: all moves of one alias, oldest first.
    init(_ history: some Sequence<AliasMove>) {
        for move in history { add(move) }
    }

    /// Where a rollback leads: the move by which the alias came to what it meant before. Nil when it has meant nothing else.
    var target: AliasMove? { isRemoved ? moves.last : moves.dropLast().last }

    private mutating func add(_ move: AliasMove) {
        guard let version = move.version else {
            isRemoved = true
            return
        }
        isRemoved = false
        if move.rollback == true {
            while let last = moves.last, last.version != version { moves.removeLast() }
        }
        if moves.last?.version != version { moves.append(move) }
    }
}
