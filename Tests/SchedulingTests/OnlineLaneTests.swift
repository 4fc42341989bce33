import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Scheduling

@Suite("Threads of the online lane")
struct OnlineLaneTests {
    /// What became of each job, by its number.
    final class Ends: Sendable {
        struct Counts: Sendable, Equatable {
            var ran = 0
            var expired = 0
            var cancelled = 0
            var total: Int { ran + expired + cancelled }
        }

        let counts = Mutex<[Int: Counts]>([:])

        func note(_ job: Int, _ change: (inout Counts) -> Void) { counts.withLock { change(&$0[job, default: Counts()]) } }
        var total: Int { counts.withLock { $0.values.reduce(0) { $0 + $1.total } } }
    }

    @Test("what does not fit in the queue is refused at once, and the rest is done")
    func full() async throws {
        let gate = DispatchSemaphore(value: 0)
        let done = Recorder<[Int]>([])
        let lane = OnlineLane<String, Int>(
            name: "test", threads: 1, capacity: 3,
            run: { requests, _ in
                done.change { $0 += requests.map(\.job) }
                if requests[0].job == 0 { gate.wait() }
            }, expired: { _ in })
        let rules = QueueRules(limit: 100)
        #expect(lane.submit(WaitingRequest(0, arrival: Monotonic.now()), of: "m", rules: rules) != nil)
        try await eventually { done.value == [0] ? nil : "the first job has not begun" }
        for job in 1...3 { #expect(lane.submit(WaitingRequest(job, arrival: Monotonic.now()), of: "m", rules: rules) != nil) }

        #expect(lane.submit(WaitingRequest(4, arrival: Monotonic.now()), of: "m", rules: rules) == nil)
        #expect(done.value == [0])
        gate.signal()
        try await eventually { done.value == [0, 1, 2, 3] ? nil : "\(done.value)" }
    }

    @Test("a time that is up is told while every thread is at work, and the request does not run")
    func expiry() async throws {
        let gate = DispatchSemaphore(value: 0)
        let ran = Recorder<[Int]>([])
        let expired = Recorder<[Int]>([])
        let lane = OnlineLane<String, Int>(
            name: "test", threads: 1, capacity: 10,
            run: { requests, _ in
                ran.change { $0 += requests.map(\.job) }
                if requests[0].job == 0 { gate.wait() }
            }, expired: { requests in expired.change { $0 += requests.map(\.job) } })
        let now = Monotonic.now()
        _ = lane.submit(WaitingRequest(0, arrival: now), of: "m", rules: QueueRules(limit: 10))
        try await eventually { ran.value == [0] ? nil : "the first job has not begun" }
        _ = lane.submit(WaitingRequest(1, arrival: now, expiry: now + 1), of: "m", rules: QueueRules(limit: 10))
        _ = lane.submit(WaitingRequest(2, arrival: now), of: "m", rules: QueueRules(limit: 10))
        lane.expire()
        #expect(expired.value == [1])
        gate.signal()
        try await eventually { ran.value == [0, 2] ? nil : "\(ran.value)" }
        #expect(expired.value == [1])
    }

    @Test("a request waits for others no longer than its delay, though the thread that knew of it is busy")
    func delay() async throws {
        let gate = DispatchSemaphore(value: 0)
        let ran = Recorder<[Int]>([])
        let lane = OnlineLane<String, Int>(
            name: "test", threads: 2, capacity: 10,
            run: { requests, _ in
                ran.change { $0 += requests.map(\.job) }
                if requests[0].job == 0 { gate.wait() }
            }, expired: { _ in })
        let slow = QueueRules(limit: 10, batching: BatchRules(maximumRows: 8, maximumDelay: 20_000_000))
        _ = lane.submit(WaitingRequest(1, shape: [], arrival: Monotonic.now()), of: "m", rules: slow)
        _ = lane.submit(WaitingRequest(0, arrival: Monotonic.now()), of: "n", rules: QueueRules(limit: 10))
        try await eventually { ran.value.sorted() == [0, 1] ? nil : "\(ran.value)" }
        gate.signal()
    }

    @Test("accepted = run + expired + cancelled, for each request, under load from many threads")
    func conservation() async throws {
        let ends = Ends()
        let lane = OnlineLane<Int, Int>(
            name: "test", threads: 3, capacity: 64,
            run: { requests, _ in for request in requests { ends.note(request.job) { $0.ran += 1 } } },
            expired: { requests in for request in requests { ends.note(request.job) { $0.expired += 1 } } })
        let rules = [
            QueueRules(limit: 32), QueueRules(limit: 32, batching: BatchRules(maximumRows: 8, maximumDelay: 50_000)),
            QueueRules(limit: 32, batching: BatchRules(maximumRows: 16, maximumDelay: 0, preferredRows: [4])),
        ]
        let accepted = await withTaskGroup(of: Int.self) { group in
            for task in 0..<6 {
                group.addTask {
                    var random = SeededGenerator(UInt64(task))
                    var accepted = 0
                    for index in 0..<4_000 {
                        let job = task * 100_000 + index
                        let model = Int.random(in: 0..<3, using: &random)
                        let now = Monotonic.now()
                        let request = WaitingRequest(
                            job, rows: Int.random(in: 1...4, using: &random), shape: [Int.random(in: 0..<2, using: &random)],
                            priority: Int.random(in: 0..<2, using: &random), arrival: now,
                            expiry: index % 3 == 0 ? now + Int.random(in: 0..<80_000, using: &random) : nil)
                        guard let ticket = lane.submit(request, of: model, rules: rules[model]) else { continue }
                        accepted += 1
                        if index % 5 == 0, let gone = lane.cancel(ticket, of: model) { ends.note(gone) { $0.cancelled += 1 } }
                        if index % 50 == 0 { lane.expire() }
                    }
                    return accepted
                }
            }
            return await group.reduce(0, +)
        }
        try await eventually { ends.total == accepted ? nil : "\(ends.total) of \(accepted) ended" }

        let counts = ends.counts.withLock { $0 }
        #expect(accepted > 1_000)
        #expect(counts.count == accepted)
        #expect(counts.values.allSatisfy { $0.total == 1 })
        let tally = lane.tally
        #expect(tally.accepted == accepted)
        #expect(tally.refused == 24_000 - accepted)
        #expect(tally.started == counts.values.reduce(0) { $0 + $1.ran })
        #expect(tally.expired == counts.values.reduce(0) { $0 + $1.expired })
        #expect(tally.cancelled == counts.values.reduce(0) { $0 + $1.cancelled })
    }

    @Test("a lane that is let go does what waits, and its threads end")
    func end() async throws {
        let done = Recorder<[Int]>([])
        let isOver = Recorder(false)
        func lane() -> OnlineLane<String, Int> {
            let token = Token { isOver.change { $0 = true } }
            return OnlineLane(
                name: "test", threads: 2, capacity: 10,
                run: { requests, _ in withExtendedLifetime(token) { done.change { $0 += requests.map(\.job) } } }, expired: { _ in })
        }
        do {
            let lane = lane()
            for job in 0..<5 { _ = lane.submit(WaitingRequest(job, arrival: 0), of: "m", rules: QueueRules(limit: 10)) }
        }
        try await eventually { isOver.value ? nil : "the threads have not let go of the lane" }

        #expect(done.value.sorted() == Array(0..<5))
    }

    /// Says when it is let go.
    private final class Token: Sendable {
        let end: @Sendable () -> Void

        init(_ end: @escaping @Sendable () -> Void) { self.end = end }

        deinit { end() }
    }
}
