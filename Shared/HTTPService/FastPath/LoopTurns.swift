import NIOCore
import Synchronization

/// The turns of a server's event loops.
final class LoopTurns: Sendable {
    private let turns = Mutex<[ObjectIdentifier: NIOLoopBound<LoopTurn>]>([:])

    /// The turn of the loop that calls.
    func turn(of eventLoop: any EventLoop) -> NIOLoopBound<LoopTurn> {
        turns.withLock { turns in
            if let turn = turns[ObjectIdentifier(eventLoop)] { return turn }
            let turn = NIOLoopBound(LoopTurn(eventLoop), eventLoop: eventLoop)
            turns[ObjectIdentifier(eventLoop)] = turn
            return turn
        }
    }
}
