/// What becomes of the segments that a spool closes.
public enum SpoolRetention: Sendable, Hashable {
    /// A ``SpoolShipper`` takes them away; a full spool drops new records.
    case untilShipped
    /// They stay; a full spool drops its oldest segment.
    case newest
}
