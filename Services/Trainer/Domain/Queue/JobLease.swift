/// Who may work on a job, as a value: the rows of the queue are changed through it and nothing else.
///
/// Times are seconds of the database's clock. Every change of hands raises the fence, so that of two workers that both think they hold
/// the job, the one with the older fence can change nothing any more.
struct JobLease: Sendable, Hashable {
    /// What the holder learns when it asks to hold the job for longer.
    enum Renewal: Sendable, Hashable {
        case held
        /// Somebody asked to cancel the job.
        case cancelAsked
        /// Its time is over.
        case overdue
        /// Another worker has it.
        case lost
    }

    var fence = 0
    /// How often it was claimed for an attempt that counts.
    var attempts = 0
    /// How often in a row its lease ran out and another worker took it.
    var losses = 0
    /// Not claimed before.
    var notBefore = 0.0
    /// Until when it is held; nil when nobody has it.
    var heldUntil: Double?
    var cancelAsked = false
    /// Seconds that the job has from its first claim on, all attempts and pauses together.
    let timeout: Double
    /// When that time is over; nil before the first claim.
    var deadline: Double?

    /// Whether a worker holds it.
    func isHeld(at now: Double) -> Bool { heldUntil.map { $0 > now } ?? false }

    /// Whether a worker may take it.
    func isClaimable(at now: Double) -> Bool { notBefore <= now && !isHeld(at: now) }

    func isOverdue(at now: Double) -> Bool { deadline.map { $0 <= now } ?? false }

    /// Takes the job for so many seconds; false when it is held or pauses.
    mutating func claim(at now: Double, for lease: Double) -> Bool {
        guard isClaimable(at: now) else { return false }
        fence += 1
        attempts += 1
        losses += heldUntil == nil ? 0 : 1
        heldUntil = now + lease
        deadline = deadline ?? now + timeout
        return true
    }

    /// Holds the job for longer, if the fence is the present one. A job that is cancelled or overdue stays held: its end is to be told.
    mutating func renew(fence held: Int, at now: Double, for lease: Double) -> Renewal {
        guard mayCommit(held) else { return .lost }
        heldUntil = now + lease
        if cancelAsked { return .cancelAsked }
        return isOverdue(at: now) ? .overdue : .held
    }

    /// Lets the job go, to be claimed after a pause; false for an older fence.
    ///
    /// - Parameter counts: whether this was one of the attempts that a job has; the stop of a worker is none.
    mutating func release(fence held: Int, at now: Double, pause: Double, counts: Bool) -> Bool {
        guard mayCommit(held) else { return false }
        fence += 1
        attempts -= counts ? 0 : 1
        losses = 0
        heldUntil = nil
        notBefore = now + pause
        return true
    }

    /// Whether the holder of this fence may write the job's result.
    func mayCommit(_ held: Int) -> Bool { held == fence && heldUntil != nil }
}
