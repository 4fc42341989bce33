/// How much a spool keeps and how soon it lets go of it.
public struct SpoolLimits: Sendable, Hashable {
    /// Bytes on disk after which records are dropped and counted.
    public var capacity: Int
    /// A record of more bytes is dropped and counted: one must not fill a segment.
    public var recordBytes: Int
    /// A segment is closed once it has this many bytes.
    public var segmentBytes: Int
    /// A segment is closed this long after its first record.
    public var segmentAge: Duration

    public init(
        capacity: Int = 256 << 20, recordBytes: Int = 2 << 20, segmentBytes: Int = 4 << 20, segmentAge: Duration = .milliseconds(500)
    ) {
        self.capacity = capacity
        self.recordBytes = recordBytes
        self.segmentBytes = segmentBytes
        self.segmentAge = segmentAge
    }
}
