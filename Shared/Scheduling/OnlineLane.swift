import Dispatch
import Foundation
import Synchronization

/// Threads that run what a ``Schedule`` says.
///
/// A model's run would hold up every connection of an event loop, so long ones happen here; as many threads as there are cores, since more
/// only wait for each other. The threads end with the lane, once nothing waits.
public final class OnlineLane<Model: Hashable & Sendable, Job: Sendable>: Sendable {
    public typealias Request = WaitingRequest<Job>

    /// Runs requests of one model as one run; they began at the time given.
    public typealias Run = @Sendable (_ requests: [Request], _ now: Int) -> Void

    private struct State: Sendable {
        var schedule: Schedule<Model, Job>
        var sleepers = Sleepers()
        var isStopped = false
    }

    /// What the threads hold: it outlives the lane until the last of them has ended.
    private final class Core: Sendable {
        let state: Mutex<State>
        let run: Run
        let expired: @Sendable ([Request]) -> Void
        let clock: @Sendable () -> Int

        init(
            schedule: Schedule<Model, Job>, clock: @escaping @Sendable () -> Int, run: @escaping Run,
            expired: @escaping @Sendable ([Request]) -> Void
        ) {
            state = Mutex(State(schedule: schedule))
            self.clock = clock
            self.run = run
            self.expired = expired
        }

        func work() {
            while let step = next() {
                if !step.expired.isEmpty { expired(step.expired) }
                if case .run(_, let requests) = step.action { run(requests, clock()) }
            }
        }

        /// What to do next; sleeps until there is something. Nil at the end of the lane.
        private func next() -> Schedule<Model, Job>.Step? {
            while true {
                let (step, bed, waker) = state.withLock { state -> (Schedule<Model, Job>.Step?, DispatchSemaphore?, DispatchSemaphore?) in
                    let step = state.schedule.next(at: clock())
                    if case .run = step.action { return (step, nil, step.leavesWork ? state.sleepers.wakeOne() : nil) }
                    if !step.expired.isEmpty { return (step, nil, nil) }
                    if state.isStopped, case .idle = step.action { return (nil, nil, nil) }
                    state.sleepers.willSleep()
                    return (step, state.sleepers.bed, nil)
                }
                waker?.signal()
                guard let step, let bed else { return step }
                sleep(in: bed, step.action)
            }
        }

        private func sleep(in bed: DispatchSemaphore, _ action: Schedule<Model, Job>.Action) {
            guard case .wait(let until) = action else { return bed.wait() }
            guard bed.wait(timeout: .now() + .nanoseconds(max(0, until - clock()))) == .timedOut else { return }
            if state.withLock({ $0.sleepers.overslept() }) { bed.wait() }
        }
    }

    private let core: Core

    /// A lane of threads.
    ///
    /// - Parameters:
    ///   - run: called on the threads, once for each run.
    ///   - expired: told of requests whose time was up before they ran, on any thread.
    public init(
        name: String, threads: Int, capacity: Int, clock: @escaping @Sendable () -> Int = { Monotonic.now() }, run: @escaping Run,
        expired: @escaping @Sendable ([Request]) -> Void
    ) {
        core = Core(schedule: Schedule(capacity: capacity), clock: clock, run: run, expired: expired)
        for index in 0..<threads {
            let thread = Thread { [core] in core.work() }
            thread.name = "\(name)-\(index)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit {
        core.state.withLock { state in
            state.isStopped = true
            state.sleepers.wakeAll()
        }
    }

    public var tally: ScheduleTally { core.state.withLock { $0.schedule.tally } }

    /// Engine time that the waiting requests are thought to take, in nanoseconds.
    public var backlog: Int { core.state.withLock { $0.schedule.backlog } }

    /// Queues a request; nil when its queue is full, before any work was done.
    public func submit(_ request: Request, of model: Model, rules: QueueRules) -> Request.Ticket? {
        let (ticket, waker) = core.state.withLock { state -> (Request.Ticket?, DispatchSemaphore?) in
            let ticket = state.schedule.submit(request, of: model, rules: rules)
            return (ticket, ticket == nil ? nil : state.sleepers.wakeOne())
        }
        waker?.signal()
        return ticket
    }

    /// Takes a request out of its queue; nil when it runs or has ended.
    public func cancel(_ ticket: Request.Ticket, of model: Model) -> Job? {
        core.state.withLock { $0.schedule.cancel(ticket, of: model) }
    }

    /// Ends the requests whose time is up, though every thread is at work.
    public func expire() {
        let expired = core.state.withLock { $0.schedule.expire(at: core.clock()) }
        if !expired.isEmpty { core.expired(expired) }
    }
}
