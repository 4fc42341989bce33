/// The closed segments that a spool keeps, oldest first.
struct SegmentRing {
    private var segments: [ClosedSegment]

    init(_ segments: [ClosedSegment] = []) { self.segments = segments }

    mutating func add(_ segment: ClosedSegment) { segments.append(segment) }

    /// Takes out the oldest until so many bytes are freed, or none is left.
    mutating func drop(_ bytes: Int) -> [ClosedSegment] {
        var freed = 0
        let count = segments.firstIndex { segment in
            defer { freed += segment.bytes }
            return freed >= bytes
        }
        let dropped = Array(segments.prefix(count ?? segments.count))
        segments.removeFirst(dropped.count)
        return dropped
    }
}
