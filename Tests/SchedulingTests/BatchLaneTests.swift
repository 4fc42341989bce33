import Dispatch
import Foundation
import TestSupport
import Testing

@testable import Scheduling

@Suite("Threads of the batch lane")
struct BatchLaneTests {
    @Test("pieces give their values and their errors, from all threads")
    func values() async throws {
        let lane = BatchLane(threads: 2)
        let squares = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 { group.addTask { try await lane.run { number * number } } }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(squares.sorted() == (0..<200).map { $0 * $0 })
        await #expect(throws: CocoaError.self) { try await lane.run { throw CocoaError(.fileNoSuchFile) } }
        #expect(lane.waiting == 0)
    }

    @Test("its threads are of the class that runs when nobody else wants the core")
    func idle() async throws {
        let lane = BatchLane(threads: 1)
        let (policy, nice) = try await lane.run { (sched_getscheduler(0), getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)) }

        #expect(policy == 5 || nice == 19)
        #expect(sched_getscheduler(0) == 0)
    }

    @Test("a piece waits while others are busy, and is run in the end though they stay so")
    func busy() async throws {
        let asked = Recorder(0)
        let lane = BatchLane(threads: 1) {
            asked.change { $0 += 1 }
            return true
        }
        let askedBefore = try await lane.run { asked.value }

        #expect(askedBefore > 10)
    }

    @Test("a piece of a cancelled task that had not begun is not run")
    func cancelled() async throws {
        let lane = BatchLane(threads: 1)
        let gate = DispatchSemaphore(value: 0)
        let ran = Recorder<[Int]>([])
        let first = Task { try await lane.run { gate.wait() } }
        try await eventually { lane.waiting == 0 ? nil : "the first piece has not begun" }
        let second = Task { try await lane.run { ran.change { $0.append(2) } } }
        try await eventually { lane.waiting == 1 ? nil : "the second piece does not wait" }
        second.cancel()
        gate.signal()

        try await first.value
        await #expect(throws: CancellationError.self) { try await second.value }
        try await lane.run { ran.change { $0.append(3) } }
        #expect(ran.value == [3])
    }
}
