/// A request in a queue, as far as scheduling cares. Times are nanoseconds of one clock that never goes back.
public struct WaitingRequest<Job: Sendable>: Sendable {
    /// Names an accepted request for as long as the schedule lives.
    public struct Ticket: Sendable, Hashable {
        let number: Int
    }

    public let job: Job
    public let rows: Int
    /// What requests must share to be merged: datatypes and all dimensions but the first. Never merged when nil.
    public let shape: [Int]?
    /// Lower runs first; 0 is what nobody asked otherwise.
    public let priority: Int
    public let arrival: Int
    /// From when on the request is not run any more; never when nil.
    public let expiry: Int?
    /// Engine time that it is thought to take, in nanoseconds.
    public let cost: Int
    var ticket = Ticket(number: 0)

    public init(_ job: Job, rows: Int = 1, shape: [Int]? = nil, priority: Int = 0, arrival: Int, expiry: Int? = nil, cost: Int = 0) {
        self.job = job
        self.rows = rows
        self.shape = shape
        self.priority = priority
        self.arrival = arrival
        self.expiry = expiry
        self.cost = cost
    }

    func isExpired(at now: Int) -> Bool { expiry.map { $0 <= now } ?? false }
}
