/// What became of the requests of a schedule. Each accepted one is started, expired or cancelled once, or still waits.
public struct ScheduleTally: Sendable, Hashable {
    public internal(set) var accepted = 0
    /// Refused because a queue was full; never accepted.
    public internal(set) var refused = 0
    public internal(set) var started = 0
    public internal(set) var expired = 0
    public internal(set) var cancelled = 0

    public var waiting: Int { accepted - started - expired - cancelled }
}
