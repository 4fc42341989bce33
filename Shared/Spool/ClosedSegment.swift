/// A segment that nothing is written to any more.
struct ClosedSegment: Sendable {
    let folder: SpoolFolder
    let number: Int
    let bytes: Int
    /// When it was written or read last; nil for that of a dead instance.
    let used: ContinuousClock.Instant?

    var file: String { folder.file(number, "segment") }
}
