import Foundation
import Synchronization

/// What the heart beat of a job and its computation tell each other.
final class JobControl: Sendable {
    typealias Stop = JobStop

    private struct State {
        var stop: Stop?
        var isSealed = false
        var points: [ProgressPoint] = []
    }

    private let state = Mutex(State())

    /// Asks the computation to end. A cancellation or timeout that comes after ``seal()`` is too late.
    func stop(_ reason: Stop) {
        state.withLock { state in
            let isTooLate = state.isSealed && (reason == .cancelled || reason == .overdue)
            if state.stop == nil, !isTooLate { state.stop = reason }
        }
    }

    /// Throws when the job is to end.
    func check() throws(Stop) {
        if let stop = state.withLock({ $0.stop }) { throw stop }
    }

    /// From now on the job ends well or not at all: others are told of its result.
    func seal() throws(Stop) {
        let stop = state.withLock { state in
            state.isSealed = true
            return state.stop
        }
        if let stop { throw stop }
    }

    /// Notes a step of the optimiser. Throws when the job is to end.
    func note(iteration: Int, loss: Double) throws(Stop) {
        let stop = state.withLock { state in
            state.points.append(ProgressPoint(iteration: iteration, loss: loss, at: .now))
            return state.stop
        }
        if let stop { throw stop }
    }

    /// Gives steps back that could not be shown.
    func putBack(_ points: [ProgressPoint]) {
        state.withLock { $0.points.insert(contentsOf: points, at: 0) }
    }

    /// Steps that were noted since the last time.
    func takePoints() -> [ProgressPoint] {
        state.withLock { state in
            defer { state.points = [] }
            return state.points
        }
    }
}
