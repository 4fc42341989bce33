/// Which requests run next: models take turns by the engine time they had, and within a model requests by priority and arrival.
///
/// A value over time: methods say what is to be done, ``OnlineLane`` does it. Times are nanoseconds of one clock that never goes back. The
/// turns are start-time fair queueing (P. Goyal, H. Vin, H. Cheng, 1996): a model that was idle begins at the present virtual time, so that
/// it neither waits behind another's long queue nor saves up turns.
public struct Schedule<Model: Hashable & Sendable, Job: Sendable>: Sendable {
    public typealias Request = WaitingRequest<Job>

    /// What a free thread is to do.
    public enum Action: Sendable {
        /// Run these requests of one model, as one run.
        case run(Model, [Request])
        /// Look again at this time, or when something was submitted.
        case wait(until: Int)
        /// Look again when something was submitted.
        case idle
    }

    public struct Step: Sendable {
        /// Requests whose time was up; they will never run.
        public let expired: [Request]
        public let action: Action
        /// Whether another free thread would find something to do, now or at a time.
        public let leavesWork: Bool
    }

    /// Idle models whose engine time is kept before those that the others have caught up with are forgotten.
    private let mostRemembered = 64

    /// Most requests that wait, of all models together.
    public let capacity: Int
    public private(set) var tally = ScheduleTally()
    private var queues: [Model: RequestQueue<Job>] = [:]
    private var virtualTime = 0
    /// Engine time of models whose queue is empty, where it is beyond the virtual time: whoever comes back at once has had its turn.
    private var served: [Model: Int] = [:]
    /// No request expires before this time.
    private var nextExpiry = Int.max
    /// Engine time that the waiting requests are thought to take, in nanoseconds.
    public private(set) var backlog = 0

    public init(capacity: Int) { self.capacity = capacity }

    public var waiting: Int { tally.waiting }

    public func waiting(of model: Model) -> Int { queues[model]?.count ?? 0 }

    /// Takes a request in; nil when its queue is full, and then nothing has changed.
    public mutating func submit(_ request: Request, of model: Model, rules: QueueRules) -> Request.Ticket? {
        guard tally.waiting < capacity, waiting(of: model) < rules.limit else {
            tally.refused += 1
            return nil
        }
        tally.accepted += 1
        var accepted = request
        accepted.ticket = Request.Ticket(number: tally.accepted)
        if queues[model] == nil {
            queues[model] = RequestQueue(rules: rules, served: max(virtualTime, served.removeValue(forKey: model) ?? 0))
        }
        queues[model]?.insert(accepted)
        queues[model]?.rules = rules
        nextExpiry = min(nextExpiry, request.expiry ?? .max)
        backlog += request.cost
        return accepted.ticket
    }

    /// Takes a waiting request out; nil when it does not wait any more.
    public mutating func cancel(_ ticket: Request.Ticket, of model: Model) -> Job? {
        guard let request = queues[model]?.remove(ticket) else { return nil }
        tally.cancelled += 1
        forget([request], of: model)
        return request.job
    }

    /// Says what a free thread is to do.
    public mutating func next(at now: Int) -> Step {
        let expired = expire(at: now)
        var ready: (model: Model, served: Int, since: Int)?
        var nextDue = nextExpiry
        var isMore = false
        for (model, queue) in queues {
            let due = queue.due
            guard due <= now else {
                nextDue = min(nextDue, due)
                continue
            }
            let candidate = (model: model, served: queue.served, since: queue.waiting[0].ticket.number)
            if let best = ready {
                isMore = true
                guard (candidate.served, candidate.since) < (best.served, best.since) else { continue }
            }
            ready = candidate
        }
        guard let ready else {
            return Step(expired: expired, action: nextDue == .max ? .idle : .wait(until: nextDue), leavesWork: false)
        }
        let run = take(from: ready.model)
        return Step(expired: expired, action: .run(ready.model, run), leavesWork: isMore || nextDue != .max || queues[ready.model] != nil)
    }

    /// Takes out the requests whose time is up.
    public mutating func expire(at now: Int) -> [Request] {
        guard nextExpiry <= now else { return [] }
        var all: [Request] = []
        for model in Array(queues.keys) {
            guard let expired = queues[model]?.removeExpired(at: now), !expired.isEmpty else { continue }
            all += expired
            forget(expired, of: model)
        }
        tally.expired += all.count
        nextExpiry = queues.values.reduce(.max) { least, queue in queue.waiting.reduce(least) { min($0, $1.expiry ?? .max) } }
        return all
    }

    private mutating func take(from model: Model) -> [Request] {
        guard let run = queues[model]?.take() else { return [] }
        let cost = run.reduce(0) { $0 + $1.cost }
        virtualTime = max(virtualTime, queues[model]?.served ?? 0)
        queues[model]?.served += max(1, cost)
        tally.started += run.count
        forget(run, of: model)
        return run
    }

    private mutating func forget(_ requests: [Request], of model: Model) {
        backlog -= requests.reduce(0) { $0 + $1.cost }
        guard let queue = queues[model], queue.isEmpty else { return }
        if queue.served > virtualTime { served[model] = queue.served }
        queues[model] = nil
        if served.count > mostRemembered { served = served.filter { $0.value > virtualTime } }
    }
}
