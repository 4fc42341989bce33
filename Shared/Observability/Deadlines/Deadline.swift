/// The moment after which nobody waits for an answer any more. It travels with a request from hop to hop.
public struct Deadline: Sendable, Hashable, Comparable {
    /// When the time is up.
    public let instant: ContinuousClock.Instant

    /// The deadline that the present task works under.
    @TaskLocal public static var current: Deadline?

    public init(_ instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    /// A deadline some time from now.
    public static func after(_ duration: Duration) -> Deadline {
        Deadline(.now.advanced(by: duration))
    }

    /// What is left, zero when the time is up.
    public var remaining: Duration {
        max(.zero, ContinuousClock.now.duration(to: instant))
    }

    /// What is left in whole milliseconds, as the header carries it.
    public var remainingMilliseconds: Int {
        let left = remaining.components
        return Int(left.seconds) * 1_000 + Int(left.attoseconds / 1_000_000_000_000_000)
    }

    public var isOver: Bool { remaining == .zero }

    public static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
}
