import Contracts

/// Where an alias has been, as rollback sees it: each rollback takes back the newest move that still counts, so that two of them go two
/// steps back and never forth again. Versions that were deleted are stepped over.
struct AliasPath: Sendable, Hashable {
    /// Moves that count, oldest first. The last one is where the alias is, unless it was taken away.
    private(set) var moves: [AliasMove] = []
    private(set) var isRemoved = false
    /// Versions from which somebody took the alias away past its gate, and to which it has not come back since.
    private(set) var withdrawn: Set<Int> = []

    /// - Parameters:
    ///   - history: all moves of one alias, oldest first.
    ///   - deleted: versions that are no longer there.
    init(_ history: some Sequence<AliasMove>, deleted: Set<Int> = []) {
        for move in history { add(move) }
        if !deleted.isEmpty { drop(deleted) }
    }

    /// Where a rollback leads: the move by which the alias came to what it meant before. Nil when it has meant nothing else.
    var target: AliasMove? { isRemoved ? moves.last : moves.dropLast().last }

    /// The move that a rollback may rest upon without another look at the tests.
    var proven: AliasMove? {
        target.flatMap { move in move.version.map(withdrawn.contains) == false ? move : nil }
    }

    private mutating func add(_ move: AliasMove) {
        guard let version = move.version else {
            isRemoved = true
            if move.overridden != nil, let previous = move.previous { withdrawn.insert(previous) }
            return
        }
        isRemoved = false
        withdrawn.remove(version)
        if move.rollback == true {
            while let last = moves.last, last.version != version { moves.removeLast() }
        }
        if moves.last?.version == version { moves.removeLast() }
        moves.append(move)
    }

    /// Without versions, and with what was before and after one of them as one step where both are the same.
    private mutating func drop(_ versions: Set<Int>) {
        moves = moves.reduce(into: []) { kept, move in
            guard let version = move.version, !versions.contains(version) else { return }
            if kept.last?.version == version { kept.removeLast() }
            kept.append(move)
        }
    }
}
