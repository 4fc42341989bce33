/// The waiting requests of one model: by priority, then by arrival.
struct RequestQueue<Job: Sendable>: Sendable {
    typealias Request = WaitingRequest<Job>

    var rules: QueueRules
    /// Engine time that the model had so far, on the scale of the schedule's virtual time.
    var served: Int
    private(set) var waiting: [Request] = []

    init(rules: QueueRules, served: Int) {
        self.rules = rules
        self.served = served
    }

    var isEmpty: Bool { waiting.isEmpty }
    var count: Int { waiting.count }

    mutating func insert(_ request: Request) {
        let after = waiting.lastIndex { $0.priority <= request.priority }
        waiting.insert(request, at: after.map { $0 + 1 } ?? 0)
    }

    mutating func remove(_ ticket: Request.Ticket) -> Request? {
        guard let position = waiting.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return waiting.remove(at: position)
    }

    mutating func removeExpired(at now: Int) -> [Request] {
        let expired = waiting.filter { $0.isExpired(at: now) }
        if !expired.isEmpty { waiting.removeAll { $0.isExpired(at: now) } }
        return expired
    }

    /// From when on the next run may begin: at once once it is full or of a preferred size, else when its first request has waited enough.
    var due: Int { plan.due }

    /// Takes the requests of the next run out.
    mutating func take() -> [Request] {
        let members = plan.members
        let taken = members.map { waiting[$0] }
        for position in members.reversed() { waiting.remove(at: position) }
        return taken
    }

    /// Positions of the requests that the next run takes, and from when on it may begin.
    private var plan: (members: [Int], due: Int) {
        guard let head = waiting.first else { return ([], .max) }
        guard let batching = rules.batching, let shape = head.shape else { return ([0], .min) }
        var members = [0]
        var rows = head.rows
        var due = Self.latestStart(head, batching)
        var preferred = batching.preferredRows.contains(rows) ? 1 : 0
        for position in waiting.indices.dropFirst() where waiting[position].shape == shape {
            // The first that does not fit ends the run: nobody of its shape overtakes it.
            guard rows < batching.maximumRows, rows + waiting[position].rows <= batching.maximumRows else { return (members, .min) }
            members.append(position)
            rows += waiting[position].rows
            due = min(due, Self.latestStart(waiting[position], batching))
            if batching.preferredRows.contains(rows) { preferred = members.count }
        }
        if rows >= batching.maximumRows { return (members, .min) }
        return preferred > 0 ? (Array(members.prefix(preferred)), .min) : (members, due)
    }

    /// Until when a request may wait for others: as long as the rules say, but not beyond what its own time limit leaves.
    private static func latestStart(_ request: Request, _ batching: BatchRules) -> Int {
        let patience = request.arrival + batching.maximumDelay
        guard let expiry = request.expiry else { return patience }
        return min(patience, max(request.arrival, expiry - 2 * request.cost - (expiry - request.arrival) / 4))
    }
}
