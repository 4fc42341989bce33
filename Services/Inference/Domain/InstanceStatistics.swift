/// What an instance counted since its start, of every version that it has served, and the memory that its versions take.
struct InstanceStatistics: Sendable, Hashable, Codable {
    /// One version's.
    struct Entry: Sendable, Hashable, Codable {
        var model: String
        var version: String
        var counts: ServingCounts
        /// Bytes in memory; nil when it is not there.
        var bytes: Int?
    }

    var entries: [Entry]

    /// By the version's place.
    var uses: [ModelPlace: VersionUse] {
        Dictionary(entries.map { (ModelPlace(model: $0.model, version: $0.version), VersionUse(counts: $0.counts, bytes: $0.bytes ?? 0)) })
        {
            $0 + $1
        }
    }
}
