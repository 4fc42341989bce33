/// What a version did, and the memory that it takes, on one instance or on all together.
struct VersionUse: Sendable, Hashable {
    var counts = ServingCounts()
    /// Bytes in memory; 0 when it is nowhere.
    var bytes = 0

    static func + (one: VersionUse, other: VersionUse) -> VersionUse {
        VersionUse(counts: one.counts + other.counts, bytes: one.bytes + other.bytes)
    }
}
