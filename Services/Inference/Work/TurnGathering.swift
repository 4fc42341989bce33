import Scheduling
import Synchronization

/// Requests of one model that the event loops have read and not run yet, by loop.
final class TurnGathering: Sendable {
    typealias Request = WaitingRequest<EngineJob>

    /// Few: a list is found through faster than a table.
    private let loops = Mutex<[(loop: ObjectIdentifier, requests: [Request])]>([])

    /// Keeps a request; true for the first of its turn, whose caller sees to the end of it.
    func add(_ request: Request, on loop: ObjectIdentifier) -> Bool {
        loops.withLock { loops in
            guard let index = loops.firstIndex(where: { $0.loop == loop }) else {
                loops.append((loop, [request]))
                return true
            }
            loops[index].requests.append(request)
            return loops[index].requests.count == 1
        }
    }

    /// Takes out all that a loop has gathered, in the order they came.
    func take(from loop: ObjectIdentifier) -> [Request] {
        loops.withLock { loops in
            guard let index = loops.firstIndex(where: { $0.loop == loop }) else { return [] }
            return exchange(&loops[index].requests, with: [])
        }
    }
}
